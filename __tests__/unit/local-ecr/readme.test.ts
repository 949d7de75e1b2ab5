import { readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { control } from '../../../local-ecr/api/control.ts'
import { stsOperations } from '../../../local-ecr/api/sts.ts'
import { readOrders } from '../../../local-ecr/faults/orders.ts'
import { operations } from '../../../local-ecr/operations/index.ts'
import { publicOperations } from '../../../local-ecr/operations/public.ts'
import { Service } from '../../../local-ecr/service/service.ts'
import { readFindings } from '../../../local-ecr/store/read-findings.ts'
import { Store } from '../../../local-ecr/store/store.ts'

const home = path.resolve(import.meta.dirname, '..', '..', '..', 'local-ecr')
const readme = readFileSync(path.join(home, 'README.md'), 'utf8')

/** The first column of the first table after a text. */
function rowsAfter(text: string): string[] {
  const from = readme.indexOf(text)
  if (from < 0) throw new Error(`README.md has no '${text}'`)
  const [, table = ''] = /\n((?:\|.*\n)+)/.exec(readme.slice(Math.max(0, from - 1))) ?? []
  return table
    .trim()
    .split('\n')
    .slice(2)
    .map((row) => row.split('|')[1]?.trim() ?? '')
}

const code = (names: readonly string[]) => names.map((name) => `\`${name}\``)

describe('local-ecr/README.md', () => {
  test('has every operation of ECR in its table, and no other', () => {
    expect(rowsAfter('The operations of ECR:')).toEqual(code(Object.keys(operations).sort()))
  })

  test('has every operation of ECR Public in its table, and no other', () => {
    expect(rowsAfter('The operations of ECR Public:')).toEqual(code(Object.keys(publicOperations).sort()))
  })

  test('names the operations of STS', () => {
    expect(readme).toContain(`| STS | ${code(Object.keys(stsOperations)).join(', ')} |`)
  })

  test('has every kind of fault and every member of a match', () => {
    const known = (order: object) => {
      try {
        readOrders(order)
        throw new Error('this order is wrong')
      } catch (error) {
        return /(?:one of|known:) (.*)$/.exec((error as Error).message)?.[1]?.split(', ')
      }
    }
    const kinds = known({ effect: { kind: 'none' } })
    expect(rowsAfter('| `kind` |').sort()).toEqual(code(kinds ?? []).sort())
    const members = known({ match: { none: '' }, effect: { kind: 'hang' } })
    expect(
      rowsAfter('| Member |')
        .flatMap((cell) => cell.split(', '))
        .sort(),
    ).toEqual(code(members ?? []).sort())
  })

  test('has orders in JSON that are taken', () => {
    const blocks = [...readme.matchAll(/```json\n(.*?)```/gs)].map(([, json = '']) => json)
    const data = [...readme.matchAll(/_local\/faults" \\\n {2}--data '([^']+)'/g)].map(
      ([, json = '']) => json,
    )
    const orders = [...blocks, ...data].flatMap((json) => readOrders(JSON.parse(json)))
    expect(orders.map(({ times }) => times)).toEqual([2, 1, Infinity, 1])
  })

  test('has findings in JSON that are taken', () => {
    const [, json = ''] = /_local\/findings" \\\n {2}--data '([^']+)'/.exec(readme) ?? []
    expect([...readFindings(JSON.parse(json)).keys()]).toEqual(['demo'])
  })

  test('has every control path, and no other', async () => {
    const paths = rowsAfter('| Request |').map(
      (cell) => cell.replaceAll('`', '').split(' ') as [string, string],
    )
    expect(paths.length).toBeGreaterThan(5)
    const source = readFileSync(path.join(home, 'api', 'control.ts'), 'utf8')
    const cases = [...source.matchAll(/case '(\w+) (\/_local\/[\w-]+)'/g)].map(([, ...found]) => found)
    expect(paths.sort()).toEqual(cases.sort())
    const service = new Service(new Store())
    for (const [method, at] of paths)
      expect((await control(service, method, at, Buffer.from('[]'))).status).not.toBe(404)
  })

  test('has the options of the command', () => {
    const source = readFileSync(path.join(home, 'cli.ts'), 'utf8')
    const usage = [...source.matchAll(/^ {2}(--[a-z-]+)/gm)].map(([, option = '']) => option)
    const listed = [...readme.matchAll(/^\| (`--.*?) \|/gm)].flatMap(([, cell = '']) =>
      [...cell.matchAll(/--[a-z-]+/g)].map(String),
    )
    expect([...new Set([...listed, '--help'])].sort()).toEqual(usage.sort())
  })
})
