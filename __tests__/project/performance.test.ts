import { readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { DOCUMENT, documentOf, PLOT } from '../../dev/bench/document.ts'
import { type Figures, isReached, median, ratio, readFigures, type Table } from '../../dev/bench/figures.ts'
import { PARTS_OF_BENCH } from '../../dev/bench/parts.ts'
import { run } from '../../dev/bench/run.ts'
import { root } from '../../dev/runner.ts'
import { callerOf } from '../../local-ecr/index.ts'
import { openRegistries, seedImage } from '../support/registries.ts'

// What npm run bench writes: that no figure of the document was made up, and how the figures are made.

const on = { date: '2026-01-02', processors: 2, processor: 'A <CPU> | fast', load: 0.4, programs: 'Node 24' }
const table: Table = {
  title: 'A push & a copy',
  ways: [
    { name: 'one', seconds: [3, 1, 2], requests: 7 },
    { name: 'other', seconds: [4, 8, 4], requests: 9, peakMiB: 100 },
  ],
}
const figures = (part: string, more: Partial<Figures> = {}): [string, Figures] => [
  part,
  { part, on, tables: [table], goals: [], ...more },
]

describe('what is committed', () => {
  test('is of parts that the bench has', () => {
    for (const [name, { part }] of readFigures()) {
      expect(part).toBe(name)
      expect(Object.keys(PARTS_OF_BENCH)).toContain(name)
    }
  })

  test(`${DOCUMENT} and its plot are what the figures make`, () => {
    const { markdown, svg } = documentOf(readFigures())
    expect(readFileSync(path.join(root, DOCUMENT), 'utf8')).toBe(markdown)
    expect(readFileSync(path.join(root, PLOT), 'utf8')).toBe(svg)
  })
})

describe('a document', () => {
  test('has median, fastest and slowest of each way, and what it cost', () => {
    const { markdown } = documentOf(new Map([figures('step')]))
    expect(markdown).toContain('A push & a copy; 3 rounds:')
    expect(markdown).toContain('| one | 2.00 | 1.00 to 3.00 | 7 |  |')
    expect(markdown).toContain('| other | 4.00 | 4.00 to 8.00 | 9 | 100 MiB |')
  })

  test('says which limits are reached, and which are not', () => {
    const goals = [
      { what: 'time', value: 1.004, atMost: 1, bare: 0.97 },
      { what: 'chain', value: 5.2, atLeast: 5.2 },
      { what: 'memory', value: 119.6, atMost: 120, unit: 'MiB' as const },
    ]
    const { markdown } = documentOf(new Map([figures('step', { goals })]))
    expect(markdown).toContain('| time | 1.00 | ≤ 1.00 | **not reached** | 0.97 |')
    expect(markdown).toContain('| chain | 5.20 | ≥ 5.20 | reached |')
    expect(markdown).toContain('| memory | 120 MiB | ≤ 120 MiB | reached |')
  })

  test('names the parts that were not measured, and on what the others were', () => {
    const { markdown } = documentOf(new Map([figures('step'), figures('size')]))
    const [, missing] = /Not measured yet: (.*)\.$/m.exec(markdown) ?? []
    const others = Object.keys(PARTS_OF_BENCH).filter((name) => name !== 'step' && name !== 'size')
    expect(missing).toBe(others.map((name) => `\`${name}\``).join(', '))
    expect(markdown).toContain('| `size` | 2026-01-02 | 2 × A <CPU> \\| fast | 0.4 | Node 24 |')
  })

  test('has its sections in the order of the bench, whatever order the files have', () => {
    const { markdown } = documentOf(new Map([figures('size'), figures('step')]))
    const headings = markdown.match(/^## .*$/gm)?.slice(-2)
    expect(headings).toEqual([
      '## The step against docker by hand, 25 ms from ECR',
      '## A copy of 1 MB to 2 GB',
    ])
  })
})

test('what only moves the bytes moves all of them', async () => {
  const registries = await openRegistries()
  try {
    const where = (region: string) => ({ account: '123456789012', region, repository: 'moved' })
    const [from, to] = [where('ap-northeast-2'), where('us-east-1')]
    const place = async (at: typeof from) => {
      await registries.place(at.repository, at)
      const { store } = registries.ecr
      const { password } = store.issueToken(callerOf(at.account, at.region))
      return {
        url: `http://${registries.ecr.registryHost(at.account, at.region)}/v2/${at.repository}`,
        authorization: `Basic ${Buffer.from(`AWS:${password}`).toString('base64')}`,
      }
    }
    const order = { source: await place(from), target: await place(to), tag: 'v1' }
    const image = await seedImage(registries, from, ['one', 'two'], { tag: 'v1' })
    const program = path.join(root, 'dev/bench/move-bytes.mjs')
    await run(process.execPath, [program], {}, JSON.stringify(order))
    const held = registries.ecr.store.get(to)
    expect([...held.tags]).toEqual([['v1', image.digest]])
    expect(Buffer.from(held.images.get(image.digest)?.bytes ?? []).toString()).toBe(image.text)
  } finally {
    await registries.stop()
  }
})

describe('a plot', () => {
  test('has a bar as long as the median, and what XML needs to be escaped', () => {
    const { svg } = documentOf(new Map([figures('step')]))
    expect(svg).toContain('A push &amp; a copy')
    const widths = [...svg.matchAll(/<rect class="(?:first|other)"[^>]* width="([\d.]+)"/g)].map(
      ([, width]) => Number(width),
    )
    expect(widths).toHaveLength(2)
    expect((widths[1] as number) / (widths[0] as number)).toBeCloseTo(2, 2)
  })

  test('has a line of what grows, in the places of its amounts', () => {
    const ways = [1, 50, 100].map((amount) => ({ name: `${amount} layers`, seconds: [amount / 50], amount }))
    const { svg } = documentOf(new Map([figures('layers', { tables: [{ title: 'Layers', ways }] })]))
    const points = /<polyline class="line" points="([^"]*)"/.exec(svg)?.[1]?.split(' ') ?? []
    const [first, second, third] = points.map((point) => Number(point.split(',')[0]))
    expect(points).toHaveLength(3)
    expect(((second as number) - (first as number)) / ((third as number) - (second as number))).toBeCloseTo(
      0.98,
      2,
    )
  })
})

describe('figures', () => {
  test('the median of an even number is one that was measured', () => {
    expect([median([3, 1, 2]), median([4, 1, 3, 2]), median([5])]).toEqual([2, 2, 5])
  })

  test('a ratio is of medians, and there is none of what was not measured', () => {
    expect(ratio(table, 'other', 'one')).toBe(2)
    expect(ratio(table, 'chain', 'one')).toBeUndefined()
  })

  test('a figure at its limit keeps it', () => {
    const goal = (value: number) => ({ what: '', value, atMost: 2, atLeast: 1 })
    expect([0.99, 1, 2, 2.01].map((value) => isReached(goal(value)))).toEqual([false, true, true, false])
  })
})
