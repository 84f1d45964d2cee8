import { workerData } from 'node:worker_threads'
import { answerCalls } from './answer-calls.ts'
import { openWriter } from './open-writer.ts'
import type { ThreadData, WriterAnswer, WriterQuestion } from './sqlite-store.ts'

/** The one thread that writes: a commit waits for the disk, and nobody should wait with it. */
const { answer } = openWriter(workerData as ThreadData, (error) => {
  throw error
})
answerCalls<WriterQuestion, WriterAnswer>(answer)
