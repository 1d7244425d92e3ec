{{- define "gradwatch.fullname" -}}
{{- if contains .Chart.Name .Release.Name -}}
{{- .Release.Name | trunc 50 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name .Chart.Name | trunc 50 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{- define "gradwatch.serviceAccountName" -}}
{{- if .Values.serviceAccount.create -}}
{{- .Values.serviceAccount.name | default (include "gradwatch.fullname" .) -}}
{{- else -}}
{{- .Values.serviceAccount.name | default "default" -}}
{{- end -}}
{{- end -}}

{{- define "gradwatch.selectorLabels" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "gradwatch.labels" -}}
{{ include "gradwatch.selectorLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- end -}}

{{/* Whether the container of a role asks for a GPU, and then takes the image with CUDA: empty for no. */}}
{{- define "gradwatch.gpu" -}}
{{- if and (ne .role "sampling") .root.Values.importance.gpu.enabled }}true{{ end -}}
{{- end -}}

{{/* The image of a role. */}}
{{- define "gradwatch.image" -}}
{{- $image := .root.Values.image -}}
{{- $gpu := include "gradwatch.gpu" . -}}
{{- if and $image.digest (not $gpu) -}}
{{ $image.repository }}@{{ $image.digest }}
{{- else if $gpu -}}
{{ $image.repository }}:{{ .root.Values.importance.gpu.tag | default (printf "%s-cu128" .root.Chart.AppVersion) }}
{{- else -}}
{{ $image.repository }}:{{ $image.tag | default .root.Chart.AppVersion }}
{{- end -}}
{{- end -}}

{{/* gradwatch.yaml with what is the chart's to say. */}}
{{- define "gradwatch.config" -}}
{{- $config := deepCopy .root.Values.config -}}
{{- range $key := list "roles" "listen" "state-dir" "instance-id" -}}
{{- if hasKey $config $key -}}
{{- fail (printf "config.%s is set by the chart; remove it from the values" $key) -}}
{{- end -}}
{{- end -}}
{{- range $key := list "kafka" "models" -}}
{{- if not (get $config $key) -}}
{{- fail (printf "config.%s is missing; config is the whole of gradwatch.yaml, see KUBERNETES.md" $key) -}}
{{- end -}}
{{- end -}}
{{- $_ := set $config "listen" "0.0.0.0:9464" -}}
{{- $_ := set $config "state-dir" "/var/lib/gradwatch" -}}
{{- if eq .role "importance" -}}
{{- $_ := set $config "instance-id" "${HOSTNAME}" -}}
{{- end -}}
{{- toYaml $config -}}
{{- end -}}

{{- define "gradwatch.scheme" -}}
{{- if dig "http" "tls-keystore" "" .Values.config -}}HTTPS{{- else -}}HTTP{{- end -}}
{{- end -}}

{{/* The container of a role, or of both for 'sidecar'. */}}
{{- define "gradwatch.container" -}}
{{- $root := .root -}}
{{- $role := .role -}}
name: gradwatch
image: {{ include "gradwatch.image" . }}
imagePullPolicy: {{ $root.Values.image.pullPolicy }}
args:
  - run
  - --config
  - /etc/gradwatch/gradwatch.yaml
  {{- if ne $role "sidecar" }}
  - --roles
  - {{ $role }}
  {{- end }}
env:
  - name: HOSTNAME
    valueFrom: {fieldRef: {fieldPath: metadata.name}}
  {{- with $root.Values.env }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
ports:
  - {name: metrics, containerPort: 9464, protocol: TCP}
# /healthz is ok as soon as it listens; /readyz waits until it reads records.
startupProbe:
  httpGet: {path: /healthz, port: metrics, scheme: {{ include "gradwatch.scheme" $root }}}
  periodSeconds: 5
  failureThreshold: 60
livenessProbe:
  httpGet: {path: /healthz, port: metrics, scheme: {{ include "gradwatch.scheme" $root }}}
  periodSeconds: 15
  timeoutSeconds: 5
  failureThreshold: 4
readinessProbe:
  httpGet: {path: /readyz, port: metrics, scheme: {{ include "gradwatch.scheme" $root }}}
  periodSeconds: 10
  timeoutSeconds: 5
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  runAsNonRoot: true
  runAsUser: 10001
  runAsGroup: 10001
  capabilities: {drop: [ALL]}
  seccompProfile: {type: RuntimeDefault}
resources:
  {{- $resources := deepCopy (ternary $root.Values.sampling.resources $root.Values.importance.resources (eq $role "sampling")) }}
  {{- if include "gradwatch.gpu" . }}
  {{- $_ := set $resources.limits $root.Values.importance.gpu.resource $root.Values.importance.gpu.count }}
  {{- end }}
  {{- toYaml $resources | nindent 2 }}
volumeMounts:
  # Not the folder: a file mounted this way changes with the pod, and never while it runs.
  - {name: gradwatch-config, mountPath: /etc/gradwatch/gradwatch.yaml, subPath: {{ $role }}.yaml, readOnly: true}
  - {name: gradwatch-state, mountPath: /var/lib/gradwatch}
  - {name: gradwatch-tmp, mountPath: /tmp}
  {{- if include "gradwatch.secretName" $root }}
  - {name: gradwatch-secret, mountPath: /run/secrets/gradwatch, readOnly: true}
  {{- end }}
  {{- with $root.Values.volumeMounts }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
  {{- if ne $role "sampling" }}
  {{- with $root.Values.models.volumeMounts }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
  {{- end }}
{{- end -}}

{{- define "gradwatch.secretName" -}}
{{- if .Values.existingSecret -}}
{{ .Values.existingSecret }}
{{- else if .Values.secret -}}
{{ include "gradwatch.fullname" . }}
{{- end -}}
{{- end -}}

{{/* The volumes that the container mounts, but for the state and, in a sidecar, the models. */}}
{{- define "gradwatch.volumes" -}}
- name: gradwatch-config
  configMap: {name: {{ include "gradwatch.fullname" . }}}
- name: gradwatch-tmp
  emptyDir: {sizeLimit: 512Mi}
{{- with include "gradwatch.secretName" . }}
- name: gradwatch-secret
  # Read by group 10001, which the pod needs as its fsGroup.
  secret: {secretName: {{ . }}, defaultMode: 0440}
{{- end }}
{{- with .Values.volumes }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{/*
For a pod of yours with securityContext: {fsGroup: 10001}, in a chart that has this one as a dependency:
  containers:  {{- include "gradwatch.sidecar" .Subcharts.gradwatch | nindent 2 }}
  volumes:     {{- include "gradwatch.sidecarVolumes" .Subcharts.gradwatch | nindent 2 }}
*/}}
{{- define "gradwatch.sidecar" -}}
- {{ include "gradwatch.container" (dict "root" . "role" "sidecar") | nindent 2 | trim }}
{{- end -}}

{{- define "gradwatch.sidecarVolumes" -}}
{{ include "gradwatch.volumes" . }}
- name: gradwatch-state
  emptyDir: {sizeLimit: {{ .Values.importance.persistence.size }}}
{{- end -}}

{{/* A workload's pods: dict of root, role, and volumes for the state if they are not claimed. */}}
{{- define "gradwatch.podTemplate" -}}
{{- $root := .root -}}
{{- $role := .role -}}
{{- $values := get $root.Values $role -}}
{{- $gpu := not (empty (include "gradwatch.gpu" .)) -}}
{{- $nodes := merge (dict) $values.nodeSelector (ternary $root.Values.importance.gpu.nodeSelector (dict) $gpu) -}}
{{- $tolerations := concat $values.tolerations (ternary $root.Values.importance.gpu.tolerations (list) $gpu) -}}
metadata:
  labels:
    {{- include "gradwatch.selectorLabels" $root | nindent 4 }}
    app.kubernetes.io/component: {{ $role }}
    {{- with $root.Values.podLabels }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  annotations:
    checksum/config: {{ include "gradwatch.config" . | sha256sum }}
    {{- if $root.Values.secret }}
    checksum/secret: {{ toYaml $root.Values.secret | sha256sum }}
    {{- end }}
    {{- with $root.Values.podAnnotations }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
spec:
  serviceAccountName: {{ include "gradwatch.serviceAccountName" $root }}
  automountServiceAccountToken: false
  enableServiceLinks: false
  terminationGracePeriodSeconds: {{ $root.Values.terminationGracePeriodSeconds }}
  securityContext:
    runAsNonRoot: true
    runAsUser: 10001
    runAsGroup: 10001
    fsGroup: 10001
    fsGroupChangePolicy: OnRootMismatch
    seccompProfile: {type: RuntimeDefault}
  {{- with $root.Values.image.pullSecrets }}
  imagePullSecrets: {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- if and $gpu $root.Values.importance.gpu.runtimeClassName }}
  runtimeClassName: {{ $root.Values.importance.gpu.runtimeClassName }}
  {{- end }}
  {{- with $values.priorityClassName }}
  priorityClassName: {{ . }}
  {{- end }}
  {{- with $nodes }}
  nodeSelector: {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with $tolerations }}
  tolerations: {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with $values.affinity }}
  affinity: {{- toYaml . | nindent 4 }}
  {{- end }}
  topologySpreadConstraints:
    - maxSkew: 1
      topologyKey: kubernetes.io/hostname
      whenUnsatisfiable: ScheduleAnyway
      labelSelector:
        matchLabels:
          {{- include "gradwatch.selectorLabels" $root | nindent 10 }}
          app.kubernetes.io/component: {{ $role }}
  {{- if eq $role "importance" }}
  {{- with $root.Values.models.initContainers }}
  initContainers: {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- end }}
  containers:
    - {{ include "gradwatch.container" . | nindent 6 | trim }}
  volumes:
    {{- include "gradwatch.volumes" $root | nindent 4 }}
    {{- if eq $role "importance" }}
    {{- with $root.Values.models.volumes }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
    {{- end }}
    {{- if or (eq $role "sampling") (not $values.persistence.enabled) }}
    - name: gradwatch-state
      emptyDir: {sizeLimit: {{ eq $role "sampling" | ternary "1Gi" $root.Values.importance.persistence.size }}}
    {{- end }}
{{- end -}}

{{/* The roles that have workloads, as words. */}}
{{- define "gradwatch.roles" -}}
{{- if not .Values.sidecar.enabled -}}
{{- if .Values.sampling.enabled }}sampling {{ end -}}
{{- if .Values.importance.enabled }}importance{{ end -}}
{{- end -}}
{{- end -}}
