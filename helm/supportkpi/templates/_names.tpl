{{- /* Names, labels, paths. */}}

{{- define "supportkpi.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" }}
{{- end }}

{{- /* Short enough for the longest suffix, "-headless" and a pod's number. */}}
{{- define "supportkpi.fullname" -}}
{{- if .Values.fullnameOverride }}
{{- .Values.fullnameOverride | trunc 50 | trimSuffix "-" }}
{{- else if contains (include "supportkpi.name" .) .Release.Name }}
{{- .Release.Name | trunc 50 | trimSuffix "-" }}
{{- else }}
{{- printf "%s-%s" .Release.Name (include "supportkpi.name" .) | trunc 50 | trimSuffix "-" }}
{{- end }}
{{- end }}

{{- define "supportkpi.headlessName" -}}
{{ include "supportkpi.fullname" . }}-headless
{{- end }}

{{- /* What all pods of the release have: the server's, the jobs', the test's. */}}
{{- define "supportkpi.releaseLabels" -}}
app.kubernetes.io/name: {{ include "supportkpi.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- /* The server's pod. */}}
{{- define "supportkpi.selectorLabels" -}}
{{ include "supportkpi.releaseLabels" . }}
app.kubernetes.io/component: server
{{- end }}

{{- define "supportkpi.labels" -}}
{{ include "supportkpi.releaseLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- with .Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{- define "supportkpi.image" -}}
{{- if .Values.image.digest -}}
{{ .Values.image.repository }}@{{ .Values.image.digest }}
{{- else -}}
{{ .Values.image.repository }}:{{ default .Chart.AppVersion .Values.image.tag }}
{{- end }}
{{- end }}

{{- define "supportkpi.serviceAccountName" -}}
{{- if .Values.serviceAccount.create }}
{{- default (include "supportkpi.fullname" .) .Values.serviceAccount.name }}
{{- else }}
{{- default "default" .Values.serviceAccount.name }}
{{- end }}
{{- end }}

{{- define "supportkpi.tlsSecret" -}}
{{- default (printf "%s-tls" (include "supportkpi.fullname" .)) .Values.tls.existingSecret }}
{{- end }}

{{- /* The client service, as pods of any namespace find it. */}}
{{- define "supportkpi.host" -}}
{{ include "supportkpi.fullname" . }}.{{ .Release.Namespace }}.svc
{{- end }}

{{- define "supportkpi.target" -}}
{{ include "supportkpi.host" . }}:{{ .Values.service.port }}
{{- end }}

{{- define "supportkpi.tlsServerName" -}}
{{- default (include "supportkpi.host" .) .Values.tls.serverName }}
{{- end }}

{{- /* A text, the same for the same settings: pods carry it, so that they restart when it changes. */}}
{{- define "supportkpi.configFile" -}}
# Settings of the server; `supportkpid --help` tells what each means.
listen: 0.0.0.0:50051
data_dir: /data/{{ .Values.persistence.folder }}
{{- if .Values.insecure }}
insecure: true
{{- end }}
{{- if .Values.tls.enabled }}
tls_cert_file: /etc/supportkpi/tls/tls.crt
tls_key_file: /etc/supportkpi/tls/tls.key
{{- if .Values.tls.mutual }}
tls_client_ca_file: /etc/supportkpi/tls/{{ .Values.tls.caKey }}
{{- end }}
{{- end }}
{{- if .Values.credentials.existingSecret }}
credentials_file: /etc/supportkpi/credentials/{{ .Values.credentials.key }}
{{- end }}
{{- with .Values.credentials.jwks }}
{{- if or .existingConfigMap .existingSecret }}
jwks_file: /etc/supportkpi/jwks/{{ .key }}
jwt_issuer: {{ .issuer | quote }}
jwt_audience: {{ .audience | quote }}
{{- end }}
{{- end }}
{{- if .Values.metrics.enabled }}
metrics_listen: 0.0.0.0:{{ .Values.metrics.port }}
{{- end }}
{{- if .Values.backup.enabled }}
backup_dir: /backup
backup_keep: {{ .Values.backup.keep }}
{{- end }}
{{- with .Values.config }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{- define "supportkpi.dataClaim" -}}
{{- default (printf "%s-data" (include "supportkpi.fullname" .)) .Values.persistence.existingClaim }}
{{- end }}

{{- define "supportkpi.backupClaim" -}}
{{- default (printf "%s-backup" (include "supportkpi.fullname" .)) .Values.backup.persistence.existingClaim }}
{{- end }}
