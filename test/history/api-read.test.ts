import { historyContract } from '../contracts/history.ts';
import { startTwin } from './history-world.ts';

historyContract('dynalite', startTwin);
