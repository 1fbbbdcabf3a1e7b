{{- /* What the schema cannot say: values that do not go together. */}}

{{- define "supportkpi.checks" -}}
{{- $hasCredentials := or .Values.credentials.existingSecret .Values.credentials.jwks.existingConfigMap .Values.credentials.jwks.existingSecret }}
{{- if not .Values.insecure }}
{{- if not .Values.tls.enabled }}
{{- fail "tls.enabled: false leaves the records in plain text on the network; set tls.enabled=true with tls.existingSecret or tls.certManager, or, where a mesh or proxy encrypts or for a trial, insecure=true" }}
{{- end }}
{{- if not $hasCredentials }}
{{- fail "credentials: none are set, so everyone who reaches the port may read and write; set credentials.existingSecret or credentials.jwks, or, where a mesh or proxy decides or for a trial, insecure=true" }}
{{- end }}
{{- end }}
{{- if and .Values.tls.enabled (not .Values.tls.existingSecret) (not .Values.tls.certManager.enabled) }}
{{- fail "tls.existingSecret: \"\" while tls.enabled=true; name a secret of type kubernetes.io/tls, or set tls.certManager.enabled=true" }}
{{- end }}
{{- if and .Values.tls.certManager.enabled (not .Values.tls.certManager.issuerRef.name) }}
{{- fail "tls.certManager.issuerRef.name: \"\"; name the Issuer or ClusterIssuer" }}
{{- end }}
{{- if and .Values.tls.mutual (not .Values.tls.enabled) }}
{{- fail "tls.mutual: true while tls.enabled=false; client certificates need TLS" }}
{{- end }}
{{- if and .Values.tls.mutual (not .Values.tls.caKey) }}
{{- fail "tls.caKey: \"\" while tls.mutual=true; name the key of the certificates that sign the callers' ones" }}
{{- end }}
{{- if and .Values.tls.enabled (not .Values.tls.caKey) (not .Values.tls.serverName) }}
{{- fail "tls.serverName: \"\" while tls.caKey=\"\"; a public authority signs no name inside the cluster: name the one in the certificate" }}
{{- end }}
{{- if and .Values.credentials.jwks.existingConfigMap .Values.credentials.jwks.existingSecret }}
{{- fail "credentials.jwks: existingConfigMap and existingSecret are both set; set one" }}
{{- end }}
{{- if and (or .Values.credentials.jwks.existingConfigMap .Values.credentials.jwks.existingSecret) (or (not .Values.credentials.jwks.issuer) (not .Values.credentials.jwks.audience)) }}
{{- fail "credentials.jwks: issuer and audience are both needed; a token of another service must not open this one" }}
{{- end }}
{{- $hasOwnCertificate := and .Values.tls.mutual .Values.backup.clientCertificateSecret }}
{{- if and .Values.backup.enabled $hasCredentials (not .Values.backup.tokenSecret) (not $hasOwnCertificate) }}
{{- fail "backup.tokenSecret: \"\" while credentials are set; name a secret with a token that has the role admin, or, with tls.mutual, backup.clientCertificateSecret" }}
{{- end }}
{{- if .Values.restore.enabled }}
{{- if gt (int .Values.replicas) 0 }}
{{- fail "restore.enabled: true while replicas=1; stop the server first, with replicas=0" }}
{{- end }}
{{- if or (not .Values.backup.enabled) (not .Values.persistence.enabled) }}
{{- fail "restore.enabled: true needs backup.enabled=true and persistence.enabled=true: the volumes to read from and to write to" }}
{{- end }}
{{- end }}
{{- if and .Values.metrics.serviceMonitor.enabled (not .Values.metrics.enabled) }}
{{- fail "metrics.serviceMonitor.enabled: true while metrics.enabled=false; there would be nothing to scrape" }}
{{- end }}
{{- if and .Values.metrics.prometheusRule.enabled (not .Values.metrics.enabled) }}
{{- fail "metrics.prometheusRule.enabled: true while metrics.enabled=false; the alerts would never see a metric" }}
{{- end }}
{{- if and (eq .Values.service.type "ClusterIP") .Values.service.nodePort }}
{{- fail (printf "service.nodePort: %v with service.type ClusterIP; NodePort and LoadBalancer have one" .Values.service.nodePort) }}
{{- end }}
{{- end }}
