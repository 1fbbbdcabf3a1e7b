{{- /*
The rest of the spec of a pod that calls the server with one of the image's own commands. Arguments, a list: the chart's
context, the command's words, the secret with its client certificate ("": the server's), the secret with its token ("": none), the
token's key, its resources.
*/}}
{{- define "supportkpi.caller" -}}
{{- $context := index . 0 }}
{{- $values := $context.Values }}
{{- $certificate := index . 2 }}
{{- $token := index . 3 }}
{{- $trusts := and $values.tls.enabled $values.tls.caKey -}}
{{ include "supportkpi.pod" $context }}
containers:
  - name: {{ first (index . 1) }}
    {{- include "supportkpi.program" $context | nindent 4 }}
    args:
      {{- toYaml (index . 1) | nindent 6 }}
      - --target={{ include "supportkpi.target" $context }}
      {{- if $values.tls.enabled }}
      {{- include "supportkpi.tlsFlags" (list $context "/etc/supportkpi/trusted" "/etc/supportkpi/certificate") | nindent 6 }}
      {{- end }}
      {{- if $token }}
      - --token_file=/etc/supportkpi/token/{{ index . 4 }}
      {{- end }}
    resources:
      {{- toYaml (index . 5) | nindent 6 }}
    {{- if or $trusts $values.tls.mutual $token }}
    volumeMounts:
      {{- if $trusts }}
      - name: trusted
        mountPath: /etc/supportkpi/trusted
        readOnly: true
      {{- end }}
      {{- if $values.tls.mutual }}
      - name: certificate
        mountPath: /etc/supportkpi/certificate
        readOnly: true
      {{- end }}
      {{- if $token }}
      - name: token
        mountPath: /etc/supportkpi/token
        readOnly: true
      {{- end }}
    {{- end }}
{{- if or $trusts $values.tls.mutual $token }}
volumes:
  {{- if $trusts }}
  # Without the private key.
  - name: trusted
    secret:
      secretName: {{ include "supportkpi.tlsSecret" $context }}
      defaultMode: 0440
      items:
        - key: {{ $values.tls.caKey }}
          path: {{ $values.tls.caKey }}
  {{- end }}
  {{- if $values.tls.mutual }}
  - name: certificate
    secret:
      secretName: {{ default (include "supportkpi.tlsSecret" $context) $certificate }}
      defaultMode: 0440
  {{- end }}
  {{- with $token }}
  - name: token
    secret:
      secretName: {{ . }}
      defaultMode: 0440
  {{- end }}
{{- end }}
{{- end }}
