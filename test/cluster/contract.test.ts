import { clusterContract } from '../contracts/cluster.ts';
import { startLocalCluster } from './local-cluster.ts';

clusterContract('the local cluster', startLocalCluster);
