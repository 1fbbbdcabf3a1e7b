{{- /* What the specs of all pods begin with: the server's, the jobs', the test's. */}}
{{- define "supportkpi.pod" -}}
serviceAccountName: {{ include "supportkpi.serviceAccountName" . }}
automountServiceAccountToken: false
# Kubernetes' variables for a service of this name would look like settings.
enableServiceLinks: false
securityContext:
  {{- toYaml .Values.podSecurityContext | nindent 2 }}
{{- with .Values.imagePullSecrets }}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{- /* The same of all containers: what runs, with which rights. */}}
{{- define "supportkpi.program" -}}
image: {{ include "supportkpi.image" . }}
imagePullPolicy: {{ .Values.image.pullPolicy }}
securityContext:
  {{- toYaml .Values.securityContext | nindent 2 }}
{{- end }}
