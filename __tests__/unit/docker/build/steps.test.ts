import { expect, test } from '@jest/globals'
import { StepTimes } from '../../../../src/docker/build/steps.ts'

function timed() {
  let now = 0
  const times = new StepTimes({ clock: () => now })
  return {
    times,
    at(moment: number, ...lines: string[]) {
      now = moment
      times.read(`${lines.join('\n')}\n`)
    },
  }
}

test('of steps that run in parallel, each took the seconds that BuildKit says, whenever its lines came', () => {
  const { times, at } = timed()
  at(0, '#4 [slow 2/2] RUN sleep 9', '#4 ...')
  // Shown only now, at its end.
  at(9200, '#5 [fast 2/2] RUN sleep 8', '#5 DONE 8.1s', '#4 [slow 2/2] RUN sleep 9', '#4 DONE 9.2s')
  // First and last line in one piece.
  at(10_700, '#6 exporting to image', '#6 pushing layers 1.2s done', '#6 DONE 1.4s')
  // Nothing is said of how long: the first line counts.
  at(10_800, '#7 exporting cache to registry')
  at(11_000, '#7 DONE')
  expect(times.steps).toEqual([
    { name: '[fast 2/2] RUN sleep 8', cached: false, from: 1100, to: 9200 },
    { name: '[slow 2/2] RUN sleep 9', cached: false, from: 0, to: 9200 },
    { name: 'exporting to image', cached: false, from: 9300, to: 10_700 },
    { name: 'exporting cache to registry', cached: false, from: 10_800, to: 11_000 },
  ])
})

test('steps until their end, and which are cached', () => {
  const { times, at } = timed()
  at(0, '#0 building with "default" instance', '#1 [internal] load build definition', '#1 DONE 0.0s')
  at(100, '#4 [2/3] RUN make', '#4 0.123 DONE 3.0s', '#4 0.2 CACHED')
  at(200, '#5 [3/3] COPY . .', '#5 CACHED', '#4 ...')
  at(900, '#4 DONE 0.8s', '#6 [4/4] RUN false', '#6 ERROR: process did not complete')
  expect(times.steps).toEqual([
    { name: '[internal] load build definition', cached: false, from: 0, to: 0 },
    { name: '[3/3] COPY . .', cached: true, from: 200, to: 200 },
    { name: '[2/3] RUN make', cached: false, from: 100, to: 900 },
  ])
})

test('a retry finds in the cache what the first attempt has built: that counts as built', () => {
  const { times, at } = timed()
  at(0, '#4 [2/3] RUN make')
  at(500, '#4 DONE 0.5s', '#5 exporting to image')
  times.begin()
  at(600, '#2 [2/3] RUN make', '#2 CACHED', '#5 exporting to image')
  at(700, '#5 DONE 0.1s')
  expect(times.steps).toEqual([
    { name: '[2/3] RUN make', cached: false, from: 0, to: 500 },
    { name: 'exporting to image', cached: false, from: 600, to: 700 },
  ])
})

test('lines that come in pieces, and what is no progress', () => {
  const { times, at } = timed()
  times.read('#1 [1/1] FROM scr')
  at(50, 'atch', 'DONE 1s', 'Step 1/2 : RUN x', '#1 DO')
  expect(times.steps).toEqual([])
  at(60, '#1 DONE 0.1s')
  expect(times.steps).toEqual([{ name: '[1/1] FROM scratch', cached: false, from: -40, to: 60 }])
})

test('a step that goes on after its end lasts until the last one', () => {
  const { times, at } = timed()
  at(0, '#4 [1/2] FROM docker.io/library/busybox', '#4 resolve docker.io/library/busybox')
  at(
    100,
    '#4 DONE 0.1s',
    '#5 [2/2] RUN make',
    '#4 [1/2] FROM docker.io/library/busybox',
    '#4 sha256:0 1B / 9B',
  )
  at(3000, '#4 DONE 2.9s')
  at(3500, '#5 DONE 0.5s', '#6 [1/2] FROM docker.io/library/busybox')
  at(4000, '#6 DONE 0.1s')
  expect(times.steps).toEqual([
    { name: '[1/2] FROM docker.io/library/busybox', cached: false, from: 100, to: 3000 },
    { name: '[2/2] RUN make', cached: false, from: 3000, to: 3500 },
  ])
})

test('what was cached stays so if its layers are fetched', () => {
  const { times, at } = timed()
  at(0, '#4 [2/3] COPY . .', '#4 CACHED')
  at(100, '#4 [2/3] COPY . .', '#4 extracting sha256:0')
  at(900, '#4 DONE 0.8s', '#4 CACHED')
  expect(times.steps).toEqual([{ name: '[2/3] COPY . .', cached: true, from: 100, to: 900 }])
})

test('the beginning of each step is told once, by its name, also beyond those that are timed', () => {
  const begun: string[] = []
  const times = new StepTimes({ begins: (name) => begun.push(name) })
  const many = Array.from({ length: 2100 }, (_, at) => `#${at + 10} step ${at}`)
  const lines = [
    '#4 [1/1] RUN x',
    '#4 0.1 exporting to image',
    '#4 [1/1] RUN x',
    ...many,
    '#5000 exporting to image',
  ]
  times.read(lines.map((line) => `${line}\n`).join(''))
  expect(begun.slice(0, 2)).toEqual(['[1/1] RUN x', 'step 0'])
  expect([begun.length, begun.at(-1)]).toEqual([2102, 'exporting to image'])
})
