import { LineCounter, parseDocument } from 'yaml'
import type { ParseYaml } from './reader.ts'

/** How often a text may refer to a part of its own: each such reference is a copy. */
const ALIASES = 20

/** Every scalar is the text that was written: a password of digits keeps the zeros before them, and `no` is no boolean. */
export const parseYaml: ParseYaml = (text) => {
  const lines = new LineCounter()
  const document = parseDocument(text, {
    schema: 'failsafe',
    lineCounter: lines,
    // What it says of an error quotes the text, which holds secrets.
    prettyErrors: false,
    logLevel: 'silent',
  })
  const [error] = document.errors
  if (error !== undefined) return { line: lines.linePos(error.pos[0]).line }
  try {
    return { value: document.toJS({ maxAliasCount: ALIASES }) as unknown }
  } catch {
    // More references than that, or one to nothing.
    return { line: null }
  }
}
