import { describe, expect, test } from '@jest/globals'
import type { Destination } from '../../../src/delivery/destination.ts'
import { PushRecord } from '../../../src/delivery/push-record.ts'

const uri = 'registry.example/app'
const digest = `sha256:${'a'.repeat(64)}`
const destination = { uri, name: 'app', tags: ['v1'] } as unknown as Destination

/** What can be learnt of a tag, one after the other, of an image that the repository has. */
const EVENTS = {
  'it names the image': (record: PushRecord) => record.existed(uri, ['v1']),
  'its put is confirmed': (record: PushRecord) => {
    record.begun(uri, ['v1'])
    record.put(uri, ['v1'])
  },
  'its put is refused': (record: PushRecord) => {
    record.begun(uri, ['v1'])
    record.refused(uri, ['v1'])
  },
  'its put has no answer': (record: PushRecord) => record.begun(uri, ['v1']),
} as const
type Event = keyof typeof EVENTS
const NAMES = Object.keys(EVENTS) as Event[]
const SEQUENCES = NAMES.flatMap((first) => [
  [first],
  ...NAMES.flatMap((second) => [[first, second], ...NAMES.map((third) => [first, second, third])]),
])

/** What is claimed of a tag: a put that was confirmed stays one; else what was learnt last counts. */
function claimed(sequence: readonly Event[]) {
  if (sequence.includes('its put is confirmed')) return 'put'
  const last = sequence.at(-1)
  if (last === 'it names the image') return 'existed'
  return last === 'its put has no answer' ? 'unknown' : 'nothing'
}

describe('what is claimed of a tag is what was learnt of it last', () => {
  test.each(SEQUENCES.map((sequence) => ({ sequence, told: sequence.join(', ') })))(
    '$told',
    ({ sequence }) => {
      const record = new PushRecord()
      record.expect([destination], [null], digest)
      record.arrived(uri, digest, false)
      for (const event of sequence) EVENTS[event](record)
      const claim = claimed(sequence)
      const name = `${uri}:v1`
      const { put, existed, unknown, begun } = record.left()
      expect({ put, existed, unknown }).toEqual({
        put: claim === 'put' ? [name] : [],
        existed: claim === 'existed' ? [name] : [],
        unknown: claim === 'unknown' ? [name] : [],
      })
      expect(record.unanswered().map(({ tag }) => tag)).toEqual(claim === 'unknown' ? ['v1'] : [])
      const isNamed = claim === 'put' || claim === 'existed'
      expect(record.outputs()['image-uris']).toBe(isNamed ? name : undefined)
      expect(record.trueNames([name, 'elsewhere/app:v1'])).toEqual([
        ...(isNamed ? [name] : []),
        'elsewhere/app:v1',
      ])
      // Nothing is sent of an image that exists but the tag.
      expect(begun).toBe(claim === 'put' || claim === 'unknown')
    },
  )
})
