import { clusterContract } from '../contracts/cluster.ts';
import { startRealCluster } from './real-cluster.ts';

clusterContract('Kubernetes', startRealCluster, ['Deployment', 'StatefulSet', 'DaemonSet']);
