import { beforeEach, describe, expect, test } from '@jest/globals'
import { invoke } from '../../local-ecr/index.ts'
import { readOrSummarize } from '../../src/actions/failed.ts'
import { asksForPush } from '../../src/inputs/index.ts'
import type { AnyFacts, SummaryFacts } from '../../src/report/facts.ts'
import { renderSummary } from '../../src/report/summary.ts'
import { BuildFailure } from '../../src/shared/build-failure.ts'
import { InputError } from '../../src/shared/errors.ts'
import type { World } from '../../src/world.ts'
import { Flow } from '../support/flow.ts'

// What the job summary of each run says, from the run to the Markdown.

let flow: Flow
let facts: AnyFacts
let summary: string

beforeEach(() => {
  flow = new Flow()
  summary = ''
  flow.alter = (world) => ({ ...world, summarize: keep })
})

const create = () => invoke(flow.store, flow.caller, 'CreateRepository', { repositoryName: 'app' })

const keep: World['summarize'] = async (told) => {
  facts = told
  summary += renderSummary(told)
}

describe('what was pushed', () => {
  test('a first push creates the repository, and compares with nothing', async () => {
    await flow.run()
    expect(summary).toMatch(/^### ✅ Pushed <code>app<\/code> — <code>v1<\/code>, <code>latest<\/code>\n/)
    expect(summary).toContain('This run created the repository.')
    expect(facts).toMatchObject({
      compared: null,
      sizes: [{ before: null }],
      totalSeconds: expect.any(Number),
    })
    expect(summary).toContain('docker pull ')
  })

  test('a rerun that makes the same image is unchanged', async () => {
    await create()
    await flow.put(['v1', 'latest'])
    await flow.run()
    expect(summary).toMatch(/^### ✅ Unchanged: <code>app<\/code> — /)
    expect(summary).toMatch(/±0 B, 0 of \d+ layers? new/)
  })

  test('a tag that is new makes a push of it, also if another one stays', async () => {
    await create()
    await flow.put(['latest'])
    await flow.run()
    expect(summary).toMatch(/^### ✅ Pushed /)
  })

  test('a change is compared with what the tag held', async () => {
    await create()
    const before = await flow.put(['latest'], 'another')
    await flow.run()
    expect(summary).toMatch(/^### ✅ Pushed /)
    expect(facts).toMatchObject({ compared: { tag: 'latest', digest: before } })
    expect(summary).toMatch(/1 of 1 layer new against what <code>latest<\/code> held before/)
  })

  test('if what it held cannot be asked for, nothing is claimed, and the run goes on', async () => {
    await create()
    await flow.put(['v1', 'latest'])
    flow.alter = (world) => ({
      ...world,
      summarize: keep,
      connectEcr: async (inputs) => {
        const ecr = await world.connectEcr(inputs)
        let asked = 0
        const findImages: typeof ecr.findImages = async (...given) => {
          if (given[1].length > 0 && ++asked === 1) throw new Error('not allowed')
          return ecr.findImages(...given)
        }
        return { ...ecr, findImages }
      },
    })
    await flow.run()
    expect(summary).toMatch(/^### ✅ Pushed /)
    expect(facts).toMatchObject({ compared: null })
    expect(flow.log).toContain(
      'What the tags of 123456789012.dkr.ecr.ap-northeast-2.amazonaws.com/app name before the push is not known: not allowed',
    )
  })

  test('what exists already is not called pushed', async () => {
    await create()
    await flow.put(['v1', 'latest'])
    await flow.run({ ifImageExists: 'skip' })
    expect(summary).toMatch(/^### ✅ Exists already: /)
    expect(summary).not.toContain('Pushed')
  })

  test.each([
    ['tags that docker did not push', { tags: ['v1', 'latest'] }, 'tags and read-back'],
    ['a single tag, which docker pushed', { tags: ['v1'] }, 'read-back'],
    ['no tag', { pushByDigest: true }, 'read-back'],
  ])('the time after the push is called what it was: %s', async (_, change, name) => {
    await create()
    await flow.run(change)
    expect(summary).toMatch(new RegExp(`: preparation [^,]+, build and push [^,]+, ${name} `))
  })

  test('push: false', async () => {
    await create()
    await flow.run({ push: false })
    expect(summary).toMatch(/^### ✅ Built, not pushed: <code>app<\/code>\n/)
    expect(summary).not.toMatch(/docker pull|ECR console/)
    expect(summary).toContain('docker run --rm app:v1\n')
    expect(summary).toContain(`**Image ID**\n\n\`\`\`text\n${flow.outputs['imageid']}\n`)
  })
})

test('the phases leave out nothing between the build and the delivery', async () => {
  await create()
  flow.alter = (world) => ({
    ...world,
    summarize: keep,
    docker: {
      ...world.docker,
      // An engine that does not tell what it pushed: ECR is asked.
      build: async (...given) => ({ ...(await world.docker.build(...given)), digest: null }),
    },
    connectEcr: async (inputs) => {
      const ecr = await world.connectEcr(inputs)
      return {
        ...ecr,
        findImages: async (...given) => {
          await world.sleep(5000)
          return ecr.findImages(...given)
        },
      }
    },
  })
  await flow.run()
  const { phases } = facts as SummaryFacts
  const ends = phases.map(({ to }) => to)
  for (const [at, { from }] of phases.slice(1).entries()) expect(from).toBeCloseTo(ends[at] as number, 1)
})

describe('a run that fails', () => {
  const failWith = (error: Error) => {
    flow.alter = (world) => ({
      ...world,
      summarize: keep,
      docker: {
        ...world.docker,
        build: async () => {
          throw error
        },
      },
    })
  }

  test('in the build: the step and its lines', async () => {
    const details = {
      doing: 'The build',
      step: '[2/2] RUN false',
      reason: 'exit code 1',
      lines: ['oh no'],
      excerpt: null,
    }
    failWith(new BuildFailure('The build failed.', 'correct it.', details, { location: null }))
    await flow.failure()
    expect(summary).toMatch(/^### ❌ Failed: <code>app<\/code>\n/)
    expect(summary).toMatch(
      /\[2\/2\] RUN false[\s\S]*exit code 1[\s\S]*oh no[\s\S]*\*\*What to do:\*\* correct it\./,
    )
    expect(summary).not.toMatch(/docker pull|Pushed/)
  })

  test('with a defect too, and the error stays what it is', async () => {
    failWith(new TypeError('x is not a function'))
    await expect(flow.run()).rejects.toThrow('x is not a function')
    expect(summary).toContain('x is not a function')
  })

  test('has none with summary: false', async () => {
    failWith(new TypeError('x is not a function'))
    await expect(flow.run({ summary: false })).rejects.toThrow('x is not a function')
    expect(summary).toBe('')
  })

  test.each([
    ['', true],
    ['false', false],
  ])('because of its inputs, with summary: %j', async (given, shown) => {
    const error = new InputError([{ input: 'tags', value: 'a b', message: 'is no tag' }])
    const source = {
      get: (name: string) => ({ repository: 'app', summary: given })[name] ?? '',
      env: {},
      cwd: '/',
      mask: () => undefined,
      warn: () => undefined,
    }
    const read = () => {
      throw error
    }
    const log: string[] = []
    const world = {
      summarize: keep,
      warn: () => undefined,
      log: (line: string) => log.push(line),
      clock: () => 3400,
      began: 200,
    }
    for (const pushes of [true, false]) {
      summary = ''
      await expect(readOrSummarize(source, read, pushes, world)).rejects.toBe(error)
      expect(log.splice(0)).toEqual([`Failed after 3.2 s${pushes ? ': the image was not pushed' : ''}`])
      expect(summary.includes('**Time** 3.2 s.')).toBe(shown)
      expect(summary.includes("Input 'tags': 'a b': is no tag")).toBe(shown)
      const nothing = 'The image was not pushed, and this run moved none of its tags.'
      expect(summary.includes(nothing)).toBe(shown && pushes)
    }
  })

  test.each([
    [{}, true],
    [{ push: 'True' }, true],
    [{ push: 'yes' }, true],
    [{ push: ' false ' }, false],
    [{ call: 'build' }, true],
    [{ call: 'build,format=json' }, true],
    [{ call: 'check' }, false],
    [{ push: 'false', call: 'build' }, false],
  ])(
    'whose inputs %j are wrong otherwise: whether it was to push',
    (given: Record<string, string>, pushes) => {
      expect(asksForPush({ get: (name) => given[name] ?? '' })).toBe(pushes)
    },
  )
})
