import { readFileSync } from 'node:fs'
import path from 'node:path'
import { root } from '../../dev/root.ts'

/** The names of the scripts of dist/ that only a run with `attest` may load, as its README.md tells them. */
export function scriptsOfSigning(): string[] {
  const readme = readFileSync(path.join(root, 'dist', 'README.md'), 'utf8')
  return [...readme.matchAll(/^\| `([\w.]+)` \| [\d,]+ \| only with `attest`/gm)].map(([, name = '']) => name)
}
