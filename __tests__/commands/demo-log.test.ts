import { afterEach, beforeEach, expect, jest, test } from '@jest/globals'
import { detail, foldedLog, shorten } from '../../dev/demo/told.ts'

// How the demo shows the log of a step.

let shown: string[]
let now: number
beforeEach(() => {
  shown = []
  now = 0
  jest.spyOn(console, 'log').mockImplementation((text: string) => void shown.push(text))
  jest.spyOn(performance, 'now').mockImplementation(() => now)
})
afterEach(() => {
  jest.restoreAllMocks()
})

test('progress names the step, also if a line has its number alone', () => {
  const { onLine, onGroup } = foldedLog(false)
  const at = (moment: number, line: string) => {
    now = moment
    onLine(line)
  }
  onGroup?.(true)
  at(0, '▸ docker build')
  at(100, '#7 [2/3] RUN make')
  at(2600, '#7 DONE 2.5s')
  at(5000, '#8 DONE 2.0s')
  at(5100, '#9 exporting to image')
  at(7000, '#9 ...')
  onGroup?.(false)
  expect(shown).toEqual([
    '    ▸ docker build',
    '      … [2/3] RUN make',
    '      … exporting to image',
    '      5 lines, which --verbose shows',
  ])
})

test('what follows the first line of a message stands below it', () => {
  foldedLog(false).onLine('Error: one\ntwo')
  expect(shown).toEqual(['    Error: one\n      two'])
})

test('a registry and a digest are whole once', () => {
  const host = '123456789012.dkr.ecr.ap-northeast-2.amazonaws.com'
  const digest = `sha256:${'a'.repeat(64)}`
  shorten(host)
  detail(`Pushed ${host}/app:v1, ${host}/app:v2`)
  detail(`Digest ${host}/app@${digest}`)
  detail(`${digest} of ${host}/app`)
  expect(shown).toEqual([
    `    Pushed ${host}/app:v1, …/app:v2`,
    `    Digest …/app@${digest}`,
    '    sha256:aaaaaaaaaaaa… of …/app',
  ])
})
