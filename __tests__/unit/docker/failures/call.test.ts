import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { failureOf } from '../../../../src/actions/failed.ts'
import { renderSummary } from '../../../../src/report/summary.ts'
import type { ActionError } from '../../../../src/shared/errors.ts'
import { explainedBuild } from '../../../support/explained-build.ts'

// A call that fails says in the summary what and where, as a build does.

const DOCKERFILE = 'FROM scratch\n\nMAINTAINER me\nNONSENSE x\n'
const RULER = '-'.repeat(20)
let folder: string
beforeAll(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'call-'))
  writeFileSync(path.join(folder, 'Dockerfile'), DOCKERFILE)
})
afterAll(() => rmSync(folder, { recursive: true }))

const explained = (call: string, stderr: string, stdout = '') =>
  explainedBuild(stderr, {
    call,
    stdout,
    workspace: folder,
    context: folder,
    file: path.join(folder, 'Dockerfile'),
  })
const summaryOf = (error: ActionError) =>
  renderSummary({
    state: 'failed',
    name: 'app',
    failure: failureOf(error),
    left: null,
    totalSeconds: 1,
  })

describe('a call that fails', () => {
  test('check: the findings are in the summary, and not twice in the log', async () => {
    const finding = [
      'WARNING: MaintainerDeprecated - https://docs.docker.com/go/dockerfile/rule/maintainer-deprecated/',
      'Maintainer instruction is deprecated in favor of using label',
      'Dockerfile:3',
      RULER,
      '   3 | >>> MAINTAINER me',
      RULER,
    ]
    const stdout = ['Check complete, 1 warning has been found!', '', ...finding, '', ''].join('\n')
    const error = await explained('check', 'ERROR: exit status 1\n', stdout)
    expect(error.message).toBe('Check complete, 1 warning has been found!')
    const summary = summaryOf(error)
    expect(summary).toContain(`What it has found:\n\n\`\`\`text\n${finding.join('\n')}\n\`\`\``)
    expect(summary).toContain('correct the lines of the Dockerfile that the log shows')
  })

  test.each(['outline', 'targets', 'check'])('%s: the lines of the Dockerfile', async (call) => {
    const reason = 'dockerfile parse error on line 4: unknown instruction: NONSENSE'
    const block = ['Dockerfile:4', RULER, '   3 |     MAINTAINER me', '   4 | >>> NONSENSE x', RULER]
    const stderr = [...block, `ERROR: failed to build: failed to solve: ${reason}`, ''].join('\n')
    const error = await explained(call, stderr)
    expect(error.message).toMatch(new RegExp(`^The call ${call} failed\\.`))
    expect(error.location).toMatchObject({ line: 4, endLine: 4 })
    const summary = summaryOf(error)
    expect(summary).toContain(reason)
    expect(summary).toMatch(/>>> 4 \| NONSENSE x/)
  })
})
