{{- /*
The kubelet asks the server's health service by itself. It cannot speak TLS: with TLS the server's own `health` command asks,
by the name that clients use and, where clients must show a certificate, with the server's own.
Arguments, a list: the chart's context, the probe's name, the service that must be healthy ("": the process).
*/}}
{{- define "supportkpi.probe" -}}
{{- $context := index . 0 }}
{{- if $context.Values.tls.enabled -}}
exec:
  command:
    - /usr/local/bin/supportkpid
    - health
    - --target=127.0.0.1:50051
    - --service={{ index . 2 }}
    {{- include "supportkpi.tlsFlags" (list $context "/etc/supportkpi/tls" "/etc/supportkpi/tls") | nindent 4 }}
{{- else -}}
grpc:
  port: 50051
  service: {{ index . 2 | quote }}
{{- end }}
{{ toYaml (index $context.Values.probes (index . 1)) }}
{{- end }}

{{- /*
Flags by which the image's commands trust the server, and show who they are. Arguments, a list: the chart's context, the
folder with the authorities, the folder with the certificate.
*/}}
{{- define "supportkpi.tlsFlags" -}}
{{- $context := index . 0 }}
{{- with $context.Values.tls -}}
{{- if .caKey -}}
- --tls_ca_file={{ index $ 1 }}/{{ .caKey }}
{{- else -}}
- --tls=true
{{- end }}
- --tls_server_name={{ include "supportkpi.tlsServerName" $context }}
{{- if .mutual }}
- --tls_cert_file={{ index $ 2 }}/tls.crt
- --tls_key_file={{ index $ 2 }}/tls.key
{{- end }}
{{- end }}
{{- end }}
