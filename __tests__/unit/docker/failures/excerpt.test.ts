import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterAll, expect, test } from '@jest/globals'
import { excerptOf } from '../../../../src/docker/failures/excerpt.ts'

const folder = mkdtempSync(path.join(os.tmpdir(), 'excerpt-'))
const file = path.join(folder, 'Dockerfile')
writeFileSync(file, `${Array.from({ length: 100 }, (_, at) => `RUN ${at + 1}`).join('\r\n')}\r\n`)
afterAll(() => rmSync(folder, { recursive: true }))

const numbers = async (line: number, endLine: number) => {
  const excerpt = await excerptOf({ file: 'app/Dockerfile', line, endLine }, file)
  return excerpt?.lines.map(({ number, failed }) => (failed ? -number : number))
}

test('three lines before and after those that failed', async () => {
  expect(await numbers(10, 11)).toEqual([7, 8, 9, -10, -11, 12, 13, 14])
  expect(await numbers(1, 1)).toEqual([-1, 2, 3, 4])
  expect(await numbers(100, 100)).toEqual([97, 98, 99, -100])
  const excerpt = await excerptOf({ file: 'app/Dockerfile', line: 2, endLine: 2 }, file)
  expect(excerpt).toMatchObject({
    file: 'app/Dockerfile',
    lines: [{ text: 'RUN 1' }, { text: 'RUN 2' }, {}, {}, {}],
  })
})

test('not more than a reader wants, and nothing if the file is another one', async () => {
  expect(await numbers(5, 90)).toHaveLength(40)
  expect(await excerptOf({ file: 'x', line: 5, endLine: 90 }, file)).toMatchObject({ endLine: 90 })
  expect(await numbers(200, 200)).toBeUndefined()
  expect(await excerptOf({ file: 'x', line: 1, endLine: 1 }, path.join(folder, 'none'))).toBeNull()
})
