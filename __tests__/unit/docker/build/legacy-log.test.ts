import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { LegacyLog } from '../../../../src/docker/build/legacy-log.ts'

// As Docker 26.1 prints it.
const PRINTED = `Sending build context to Docker daemon  4.096kB
Step 1/7 : ARG B=bb:1
Step 2/7 : FROM $B AS a
 ---> 07a051016027
Step 3/7 : RUN mkdir /data
 ---> Running in 7cb93750ee8c
 ---> 000000000000
Step 1/2 : FROM inner
 ---> 111111111111
Step 4/9 : WORKDIR /not-ours
 ---> Removed intermediate container 7cb93750ee8c
 ---> e435a325398e
Step 4/7 : workdir /app
 ---> Using cache
 ---> 86d81a285445
Step 5/7 : FROM scratch
 ---> 
Step 6/7 : COPY --from=a /data /
 ---> d146bc406a68
Step 7/7 : LABEL a=b
 ---> Running in dfbc8cc62a0f
`

const STEPS = [
  { number: 1, keyword: 'ARG', before: null, after: null },
  { number: 2, keyword: 'FROM', before: null, after: '07a051016027' },
  { number: 3, keyword: 'RUN', before: '07a051016027', after: 'e435a325398e' },
  { number: 4, keyword: 'WORKDIR', before: 'e435a325398e', after: '86d81a285445' },
  { number: 5, keyword: 'FROM', before: null, after: null },
  { number: 6, keyword: 'COPY', before: null, after: 'd146bc406a68' },
  { number: 7, keyword: 'LABEL', before: 'd146bc406a68', after: null },
]

test('each step has the image in front of it and behind it, whatever a RUN prints, and however the text comes', () => {
  const cuts = fc.array(fc.nat(PRINTED.length), { maxLength: 8 })
  fc.assert(
    fc.property(cuts, (places) => {
      const log = new LegacyLog()
      log.begin()
      const ends = [...places.sort((a, b) => a - b), PRINTED.length]
      ends.forEach((end, at) => {
        log.read(PRINTED.slice(ends[at - 1] ?? 0, end))
      })
      expect(log.steps).toEqual(STEPS)
    }),
    { numRuns: 100 },
  )
})

test('a build that is run once more begins anew', () => {
  const log = new LegacyLog()
  log.begin()
  log.read('Step 1/2 : FROM a\n ---> 07a051016027\nStep 2/')
  log.begin()
  log.read(PRINTED)
  expect(log.steps).toEqual(STEPS)
})
