import { readFileSync } from 'node:fs'

/** A fenced block of a page, and the output that the page promises of it. */
export interface Block {
  readonly language: string
  readonly text: string
  readonly output?: string
  /** Where it begins. */
  readonly line: number
}

/** The blocks of a page of `docs`, in order. A block of `output` belongs to the one before it. */
export function blocksOf(page: string): readonly Block[] {
  const text = readFileSync(new URL(`../../docs/${page}`, import.meta.url), 'utf8')
  const found = [...text.matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)].map(({ 1: language = '', 2: body = '', index }) => ({
    language,
    text: body,
    line: text.slice(0, index).split('\n').length,
  }))
  return found.flatMap((block, i) => {
    const next = found[i + 1]
    return block.language === 'output' ? [] : [next?.language === 'output' ? { ...block, output: next.text } : block]
  })
}

/** Whether an output is what a page promises: `…` stands for anything, at the end for all that follows. */
export function fits(actual: string, promised: string): boolean {
  const pattern = promised
    .trimEnd()
    .split('…')
    .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
    .join('[\\s\\S]*')
  return new RegExp(`^${pattern}$`).test(actual.replaceAll('\r\n', '\n').trimEnd())
}
