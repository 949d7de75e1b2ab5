import { readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { readMetadata } from '../../../dev/docs.ts'
import { inputNames, NAMES_FILE } from '../../../dev/input-names.ts'
import { root } from '../../../dev/runner.ts'
import { readMergeInputs } from '../../../src/actions/merge/inputs.ts'
import { readPromoteInputs } from '../../../src/actions/promote/inputs.ts'
import { readVerifyInputs } from '../../../src/actions/verify/inputs.ts'
import { readBakeInputs } from '../../../src/inputs/bake.ts'
import { readInputs } from '../../../src/inputs/index.ts'
import { INPUTS } from '../../../src/inputs/names.ts'

describe('the names of the inputs', () => {
  test('are what npm run docs makes of every action.yml', () => {
    expect(readFileSync(path.join(root, NAMES_FILE), 'utf8')).toBe(inputNames(readMetadata))
  })

  test.each([
    ['main', readInputs],
    ['merge', readMergeInputs],
    ['promote', readPromoteInputs],
    ['verify', readVerifyInputs],
    ['bake', readBakeInputs],
  ] as const)('%s reads every input that it declares', (action, read) => {
    const asked = new Set<string>()
    const get = (name: string) => {
      asked.add(name)
      return name === 'summary' ? 'neither' : ''
    }
    expect(() => read({ get, env: {}, cwd: '/' })).toThrow("Input '")
    // The runner reads it for GitHub's API.
    expect(INPUTS[action].filter((name) => !asked.has(name) && name !== 'github-token')).toEqual([])
  })
})
