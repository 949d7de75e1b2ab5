import { ACCOUNT, REGION, REGIONS_OF_BENCH, type Stage } from '../stage.ts'
import { promoteTo } from './copies.ts'
import { type Goal, type Measured, ratio } from './figures.ts'
import { makeRepository, putImage } from './image.ts'
import { measureInTurns, type Work } from './rounds.ts'
import { sizeOf, stepAndPost, writeApp } from './step.ts'
import type { Surroundings } from './surroundings.ts'

// What more of something costs: tags and registries of a push, layers of a push and of a copy, bytes of a copy.

const ROUNDS = 3
const DELAY_MS = 25
const inputs = { repository: 'app', 'aws-region': REGION, context: 'app', tags: 'v1' }

export async function measureTags(around: Surroundings): Promise<Measured> {
  const tags = (count: number) => ({ tags: Array.from({ length: count }, (_, at) => `v${at}`).join('\n') })
  return pushes(around, 'tag', [1, 2, 5, 10, 20, 50], tags, { one: 1, many: 10, atMost: 1.1 })
}

export async function measureRegistries(around: Surroundings): Promise<Measured> {
  const registries = (count: number) => ({ registries: REGIONS_OF_BENCH.slice(1, count).join('\n') })
  return pushes(around, 'registry', [1, 2, 3, 5, 8], registries, { one: 1, many: 3, atMost: 1.2 })
}

async function pushes(
  around: Surroundings,
  unit: string,
  amounts: readonly number[],
  more: (count: number) => Readonly<Record<string, string>>,
  { one, many, atMost }: { one: number; many: number; atMost: number },
): Promise<Measured> {
  return around.withStage({ delayMs: DELAY_MS, regions: REGIONS_OF_BENCH }, async (stage) => {
    for (const region of REGIONS_OF_BENCH)
      await makeRepository(stage.ecr.store, { account: ACCOUNT, region, repository: 'app' })
    const table = await measureInTurns(stage, {
      title: `The step by its number of ${unit === 'tag' ? 'tags' : 'registries'}, ${DELAY_MS} ms each way`,
      rounds: around.rounds ?? ROUNDS,
      before: writeApp(stage, 1, 64_000),
      ...growing(
        amounts,
        (amount) => named(amount, unit),
        (amount) => () => stepAndPost(stage, { ...inputs, ...more(amount) }),
      ),
    })
    const [few, lots] = [named(one, unit), named(many, unit)]
    const value = ratio(table, lots, few) ?? Number.NaN
    return { tables: [table], goals: [{ what: `${lots} / ${few}`, value, atMost }, ...linear([table])] }
  })
}

export async function measureLayers(around: Surroundings): Promise<Measured> {
  const amounts = [1, 10, 50, 100]
  return around.withStage({ delayMs: DELAY_MS }, async (stage) => {
    await makeRepository(stage.ecr.store, { account: ACCOUNT, region: REGION, repository: 'app' })
    const label = (amount: number) => named(amount, 'layer')
    const write = new Map(amounts.map((amount) => [label(amount), amount]))
    const pushed = await measureInTurns(stage, {
      title: `The step by its number of new layers of 100 kB, ${DELAY_MS} ms each way`,
      rounds: around.rounds ?? ROUNDS,
      before: (_, name) => writeApp(stage, write.get(name) ?? 1, 100_000)(),
      ...growing(amounts, label, () => () => stepAndPost(stage, inputs)),
    })
    const sizes = (amount: number) => Array.from({ length: amount }, () => 100_000)
    const title = `promote to another registry by the number of layers of 100 kB, ${DELAY_MS} ms each way`
    const copied = await measureCopiesOf(around, stage, title, amounts, label, sizes)
    return { tables: [pushed, copied], goals: linear([pushed, copied]) }
  })
}

export async function measureSizes(around: Surroundings): Promise<Measured> {
  const amounts = [1e6, 1e7, 1e8, 1e9, 2e9]
  return around.withStage({ delayMs: DELAY_MS }, async (stage) => {
    const title = `promote to another registry by the size of one layer, ${DELAY_MS} ms each way`
    const table = await measureCopiesOf(around, stage, title, amounts, sizeOf, (amount) => [amount])
    return { tables: [table], goals: linear([table]) }
  })
}

async function measureCopiesOf(
  around: Surroundings,
  stage: Stage,
  title: string,
  amounts: readonly number[],
  label: (amount: number) => string,
  sizes: (amount: number) => readonly number[],
) {
  const target = { repository: '' }
  const source = (amount: number) => `source-${amount}`
  for (const amount of amounts)
    await putImage(stage, { account: ACCOUNT, region: REGION, repository: source(amount) }, sizes(amount))
  return measureInTurns(stage, {
    title,
    rounds: around.rounds ?? ROUNDS,
    before: async (round, name) => {
      target.repository = `copy-${round + 1}-${name.replaceAll(/\W/g, '-').toLowerCase()}`
      await makeRepository(stage.ecr.store, {
        account: ACCOUNT,
        region: 'us-east-1',
        repository: target.repository,
      })
    },
    ...growing(amounts, label, (amount) => promoteTo(stage, target, source(amount))),
  })
}

function growing(
  amounts: readonly number[],
  label: (amount: number) => string,
  work: (amount: number) => Work,
): { ways: Record<string, Work>; amounts: Record<string, number> } {
  return {
    ways: Object.fromEntries(amounts.map((amount) => [label(amount), work(amount)])),
    amounts: Object.fromEntries(amounts.map((amount) => [label(amount), amount])),
  }
}

/**
 * Cost that grows linearly at worst: the most of it by the next less costs no more than there is more of it, with a
 * tenth for what a round differs from the next.
 */
function linear(tables: Measured['tables']): Goal[] {
  return tables.map((table) => {
    const [less, most] = table.ways.slice(-2)
    const value = ratio(table, most?.name ?? '', less?.name ?? '') ?? Number.NaN
    const atMost = ((most?.amount ?? 0) / (less?.amount ?? 1)) * 1.1
    return { what: `${table.title}: ${most?.name} / ${less?.name}`, value, atMost }
  })
}

const named = (amount: number, unit: string) =>
  `${amount} ${amount === 1 ? unit : unit === 'registry' ? 'registries' : `${unit}s`}`
