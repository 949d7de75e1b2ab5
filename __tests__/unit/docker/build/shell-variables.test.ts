import { execFileSync } from 'node:child_process'
import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { expandedInShell, isSetInShell } from '../../../../src/docker/build/shell-variables.ts'
import { variablesIn } from '../../../../src/docker/syntax/dockerfile-stages.ts'

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
  "echo '$V'",
  'echo "it\'s $V"',
  `echo "a 'b $V'" 'c $V'`,
  `echo \\' $V`,
  `echo 'echo $V' | sh`,
  `eval 'echo $V'`,
]
/**
 * What a shell prints for each command. One shell for all of them: to start one each takes longer than all else here.
 * Everything is exported: what a program finds in its environment by itself is not to be seen.
 */
function print(commands: readonly string[]): string[] {
  const script = commands.map((command) => `(set -a; ${command})\nprintf '\\0'\n`).join('')
  const env = { PATH: process.env['PATH'] ?? '' }
  return execFileSync('/bin/sh', ['-c', script], { env, encoding: 'utf8' }).split('\0').slice(0, -1)
}

test('a command that sets the variable itself prints the same whatever it was', () => {
  const command = fc
    .array(fc.tuple(fc.constantFrom(...COMMANDS), fc.constantFrom('; ', ' && ')), {
      minLength: 1,
      maxLength: 4,
    })
    .map((parts) => `${parts.map(([one, separator]) => one + separator).join('')}true`)
  const texts = fc.sample(command, { numRuns: 200, seed: 20 }).filter((text) => isSetInShell('V', text))
  expect(texts.length).toBeGreaterThan(20)
  const given = print(texts.map((text) => `V=given; ${text}`))
  expect(texts.map((text, at) => [text, given[at]])).toEqual(
    print(texts).map((printed, at) => [texts[at], printed]),
  )
})

test('a variable in single quotes, or behind an escape, is none: as a shell prints it', () => {
  const some = (...parts: string[]) => fc.array(fc.constantFrom(...parts), { maxLength: 3 })
  const word = fc.oneof(
    some('$V', '-', ' ', '"', '\\').map((parts) => `'${parts.join('')}'`),
    some('$V', `$\{V}`, '-', ' ', "'", '\\$V', '\\"').map((parts) => `"${parts.join('')}"`),
    some('$V', '-', "\\'", '\\"', '\\$V').map((parts) => parts.join('')),
  )
  const command = fc.tuple(fc.array(word, { maxLength: 4 }), fc.constantFrom('', ' '))
  const texts = fc
    .sample(command, { numRuns: 300, seed: 20 })
    .map(([words, between]) => `printf %s ${words.join(between)}`)
  const given = print(texts.map((text) => `V=given; ${text}`))
  const without = print(texts)
  expect(texts.map((text) => [text, variablesIn(expandedInShell(text)).length > 0])).toEqual(
    texts.map((text, at) => [text, given[at] !== without[at]]),
  )
})

test.each([
  [`["echo", "$V"]`, false],
  [`["sh", "-c", "echo $V"]`, true],
  ["su app -c 'make $V'", true],
  ["echo 'PATH=$V' > /etc/profile.d/a.sh", false],
  ["envsubst '$V' < a > b", true],
  ["sed -i 's/$V/x/' f", false],
  ["/bin/bash -lc 'x $V'", true],
])('of %j, a variable is put in: %j', (text, expected) => {
  expect(expandedInShell(text).includes('$V')).toBe(expected)
})
