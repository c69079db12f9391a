/** One Pod in kubectl's spelling: keys in alphabetical order, lists at the column of their key. */
import { CREATED, printManagedFields } from './managedFields.ts';

export interface PodFacts {
  readonly app: string;
  readonly name: string;
  readonly namespace: string;
  readonly node: string;
  readonly nodeIP: string;
  readonly ip: string;
  readonly uid: string;
  readonly managedFields: boolean;
}

const POD_FIELDS = [
  'f:conditions',
  'f:containerStatuses',
  'f:hostIP',
  'f:phase',
  'f:podIP',
  'f:podIPs',
  'f:startTime',
];

export function dumpPod({ app, name, namespace, node, nodeIP, ip, uid, managedFields }: PodFacts): string {
  const replicaSet = name.slice(0, name.lastIndexOf('-'));
  return `apiVersion: v1
kind: Pod
metadata:
  annotations:
    kubectl.kubernetes.io/restartedAt: ${CREATED}
  creationTimestamp: ${CREATED}
  generateName: ${replicaSet}-
  labels:
    app.kubernetes.io/instance: ${app}
    app.kubernetes.io/name: ${app}
    pod-template-hash: ${replicaSet.slice(app.length + 1)}
${managedFields ? `${printManagedFields('kubelet', POD_FIELDS)}\n` : ''}  name: ${name}
  namespace: ${namespace}
  ownerReferences:
  - apiVersion: apps/v1
    blockOwnerDeletion: true
    controller: true
    kind: ReplicaSet
    name: ${replicaSet}
    uid: ${uid}
  resourceVersion: "20533"
  uid: ${uid}
spec:
  containers:
  - env:
    - name: LOG_LEVEL
      value: info
    - name: POD_IP
      valueFrom:
        fieldRef:
          apiVersion: v1
          fieldPath: status.podIP
    image: registry.example/${namespace}/${app}:1.4.2
    imagePullPolicy: IfNotPresent
    livenessProbe:
      failureThreshold: 3
      httpGet:
        path: /healthz
        port: http
        scheme: HTTP
      periodSeconds: 10
      successThreshold: 1
      timeoutSeconds: 1
    name: ${app}
    ports:
    - containerPort: 8080
      name: http
      protocol: TCP
    resources:
      limits:
        memory: 256Mi
      requests:
        cpu: 100m
        memory: 128Mi
    terminationMessagePath: /dev/termination-log
    terminationMessagePolicy: File
    volumeMounts:
    - mountPath: /var/run/secrets/kubernetes.io/serviceaccount
      name: kube-api-access-${uid.slice(0, 5)}
      readOnly: true
  dnsPolicy: ClusterFirst
  enableServiceLinks: true
  nodeName: ${node}
  preemptionPolicy: PreemptLowerPriority
  priority: 0
  restartPolicy: Always
  schedulerName: default-scheduler
  securityContext: {}
  serviceAccount: default
  serviceAccountName: default
  terminationGracePeriodSeconds: 30
  tolerations:
  - effect: NoExecute
    key: node.kubernetes.io/not-ready
    operator: Exists
    tolerationSeconds: 300
  - effect: NoExecute
    key: node.kubernetes.io/unreachable
    operator: Exists
    tolerationSeconds: 300
  volumes:
  - name: kube-api-access-${uid.slice(0, 5)}
    projected:
      defaultMode: 420
      sources:
      - serviceAccountToken:
          expirationSeconds: 3607
          path: token
      - configMap:
          items:
          - key: ca.crt
            path: ca.crt
          name: kube-root-ca.crt
status:
  conditions:
${['PodReadyToStartContainers', 'Initialized', 'Ready', 'ContainersReady', 'PodScheduled'].map(condition).join('\n')}
  containerStatuses:
  - containerID: containerd://${uid.replaceAll('-', '')}${uid.replaceAll('-', '')}
    image: registry.example/${namespace}/${app}:1.4.2
    imageID: registry.example/${namespace}/${app}@sha256:${uid.replaceAll('-', '')}
    lastState: {}
    name: ${app}
    ready: true
    restartCount: 0
    started: true
    state:
      running:
        startedAt: ${CREATED}
  hostIP: ${nodeIP}
  hostIPs:
  - ip: ${nodeIP}
  phase: Running
  podIP: ${ip}
  podIPs:
  - ip: ${ip}
  qosClass: Burstable
  startTime: ${CREATED}`;
}

function condition(type: string): string {
  return `  - lastProbeTime: null\n    lastTransitionTime: ${CREATED}\n    status: "True"\n    type: ${type}`;
}
