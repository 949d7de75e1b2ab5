import { execFileSync } from 'node:child_process'
import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { isSetInShell } from '../../../../src/docker/build/shell-variables.ts'

const COMMANDS = [
  'V=2',
  'V=$V',
  'export V=3',
  'export W=$V',
  'V="a; true"',
  'V=$(echo "x $V")',
  'V=$(V=4; echo 5)',
  'echo $V',
  'echo "$V"',
  'V=2 echo $V',
  "V=2 sh -c 'echo $V'",
  'V=2 sh -c "echo $V"',
  "sh -c 'echo $V'",
  "echo 'a' $V",
  'for V in a $V; do echo $V; done',
  'for W in a b; do echo $W; done',
  'VV=2',
  'W=1 V=2',
  'V=2 W=$V',
  'echo V=2',
  'env V=2 true',
  'if V=2; then echo $V; fi',
  '{ V=6; echo $V; }',
]
/** Everything is exported: what a program finds in its environment by itself is not to be seen. */
const run = (command: string, env: Record<string, string>) =>
  execFileSync('/bin/sh', ['-c', `set -a; ${command}`], {
    env: { PATH: process.env['PATH'] ?? '', ...env },
    encoding: 'utf8',
  })

test('a command that sets the variable itself prints the same whatever it was', () => {
  const command = fc
    .array(fc.tuple(fc.constantFrom(...COMMANDS), fc.constantFrom('; ', ' && ')), {
      minLength: 1,
      maxLength: 4,
    })
    .map((parts) => `${parts.map(([one, separator]) => one + separator).join('')}true`)
  let set = 0
  fc.assert(
    fc.property(command, (text) => {
      if (!isSetInShell('V', text)) return
      set++
      expect(run(text, { V: 'given' })).toBe(run(text, {}))
    }),
    { numRuns: 200, seed: 20 },
  )
  expect(set).toBeGreaterThan(20)
})
