{{- /*
The kubelet asks the server's health service by itself. It cannot speak TLS: with TLS the server's own `health` command asks.
Arguments: a list of the chart's context, the probe's name, the service that must be healthy ("": the process).
*/}}
{{- define "supportkpi.probe" -}}
{{- $context := index . 0 }}
{{- if $context.Values.tls.enabled -}}
exec:
  command: [/usr/local/bin/supportkpid, health, --service={{ index . 2 }}]
{{- else -}}
grpc:
  port: 50051
  service: {{ index . 2 | quote }}
{{- end }}
{{ toYaml (index $context.Values.probes (index . 1)) }}
{{- end }}
