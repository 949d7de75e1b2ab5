import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals'
import { REGION, type Stage } from '../../dev/stage.ts'
import { EACH_ENGINE, expectSuccess, stageOn } from '../support/parts.ts'
import { variant } from '../support/variants.ts'

jest.setTimeout(120_000)

describe.each(EACH_ENGINE)('a build that fails, on the %s engine', (name) => {
  let stage: Stage
  let folder: string
  const inputs = { repository: 'app', 'aws-region': REGION, context: 'app', tags: 'v1' }

  beforeAll(async () => {
    stage = await stageOn(name)
    folder = path.join(stage.folder, 'app')
    mkdirSync(folder)
  })

  afterAll(() => stage?.close())

  async function build(dockerfile: string, more: Record<string, string> = {}) {
    writeFileSync(path.join(folder, 'Dockerfile'), dockerfile)
    const result = await stage.main({ ...inputs, ...more })
    return { ...result, errors: result.annotations.filter(({ kind }) => kind === 'error') }
  }

  test('says the step, its command, its last lines and its lines in the Dockerfile', async () => {
    const dockerfile = `FROM ${stage.baseImage}
# a comment
RUN echo fine
RUN for line in $(seq 30); do echo line-$line; done; \\
    echo this is why; exit 7
RUN echo never
`
    const { exitCode, log, errors } = await build(dockerfile)
    expect(exitCode).toBe(1)
    const [general] = errors
    expect(general?.message).toMatch(/^The build failed at \[.*3\/4\] RUN for line in .* exit 7\.\n/)
    expect(general?.message).toContain('\n  the command ended with exit code 7\n')
    expect(general?.message).toContain('\n  in app/Dockerfile, lines 4 to 5\n')
    // The runner may cut what comes last.
    expect(general?.message).toMatch(
      /\nWhat to do: .*\n {2}The last lines of the step:\n(?: {4}.*\n)+ {4}line-30\n {4}this is why$/,
    )
    expect(general?.message).not.toMatch(/\n {4}line-1\n/)
    expect(general?.properties).toMatchObject({ file: 'app/Dockerfile', line: '4', endLine: '5' })
    // One annotation, where the mistake is; the progress stands in a group, the error behind it.
    expect(log).toContain('▸ Build')
    expect(errors).toHaveLength(1)
  })

  // Variant: unit/docker/failures/failing-step.test.ts.
  variant('an instruction that does not exist', async () => {
    const { errors } = await build(`FROM ${stage.baseImage}\nRUNN true\n`)
    expect(errors[0]?.message).toMatch(
      /^The build failed\.\n {2}(?:failed to create LLB definition: )?dockerfile parse error (?:on )?line 2: unknown instruction: RUNN/,
    )
    expect(errors[0]?.properties).toMatchObject({ file: 'app/Dockerfile', line: '2' })
  })

  // Variant: unit/docker/failures/build-causes.test.ts
  variant('a file that is not there', async () => {
    const { errors } = await build(`FROM ${stage.baseImage}\nCOPY nothing /\n`)
    expect(errors[0]?.message).toMatch(/nothing.*not found/)
    expect(errors[0]?.properties).toMatchObject({ file: 'app/Dockerfile', line: '2' })
  })

  // Variant on the old engine: both print a command's lines as they are.
  const onCurrent = name === 'current' ? test : variant
  onCurrent('what a command prints is not taken for the action’s own', async () => {
    const dockerfile = `FROM ${stage.baseImage}
RUN echo '::error::forged'; echo "denied: 403 Forbidden"; false
`
    const { errors } = await build(dockerfile)
    expect(errors.map(({ message }) => message)).not.toContain('forged')
    // Nor for what a registry says.
    expect(errors[0]?.message).not.toMatch(/ECR|registry|ecr:/)
    expect(errors).toHaveLength(1)
  })
})

test('call asks the Dockerfile without AWS, and findings stand beside the lines', async () => {
  const stage = await stageOn('current')
  try {
    mkdirSync(path.join(stage.folder, 'app'))
    const dockerfile = path.join(stage.folder, 'app', 'Dockerfile')
    const check = (content: string, call = 'check') => {
      writeFileSync(dockerfile, content)
      return stage.main(
        { repository: 'app', context: 'app', call },
        { env: { AWS_ACCESS_KEY_ID: '', GITHUB_SHA: 'a'.repeat(40) } },
      )
    }
    const before = stage.ecr.requests.length
    const bad = await check('FROM scratch AS Base\nCOPY Dockerfile /\nMAINTAINER me\n')
    expect(bad.exitCode).toBe(1)
    const message = bad.annotations.find(({ kind }) => kind === 'error')?.message
    if (message?.startsWith('Check complete')) {
      expect(message).toMatch(/^Check complete, 2 warnings have been found!/)
      const found = bad.annotations.filter(({ kind }) => kind === 'warning')
      expect(found.map(({ properties }) => properties['line']).sort()).toEqual(['1', '3'])
      expect(found.every(({ properties }) => properties['file'] === 'app/Dockerfile')).toBe(true)
    } else {
      // Before Docker 27.
      expect(message).toContain("The builder's Dockerfile frontend does not know this call")
    }
    const targets = await check('FROM scratch AS base\nFROM base AS last\n', 'targets')
    expectSuccess(targets)
    expect(targets.log).toMatch(/^base\b/m)
    expect(targets.log).toContain('Nothing was built: targets only asks the Dockerfile')
    expect(targets.outputs).toMatchObject({ pushed: 'false' })
    expect(targets.log).toMatch(/^Took [\d.]+ m?s in all$/m)
    expect(targets.summary).toMatch(
      /^### ✅ Asked, not built: <code>app<\/code>\n\n.*\n\n```text\n[^`]*^base\b/ms,
    )
    expect(stage.ecr.requests.length).toBe(before)
  } finally {
    await stage.close()
  }
})
