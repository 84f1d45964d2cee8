import { workerData } from 'node:worker_threads'
import type { WritePlan } from '../../plan/plan.ts'
import type { WriteResult } from '../store.ts'
import { answerCalls } from './answer-calls.ts'
import { Connection } from './connection.ts'
import type { ThreadData } from './sqlite-store.ts'
import { executeWrites, tablesOf } from './writer.ts'

/** The one thread that writes: a commit waits for the disk, and nobody should wait with it. */
const { file, model } = workerData as ThreadData
const connection = new Connection(file, { readOnly: false })
const tables = tablesOf(model)

answerCalls<readonly WritePlan[], WriteResult[]>((plans) => executeWrites(plans, tables, connection))
