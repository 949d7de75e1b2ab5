import { expect, test } from '@jest/globals'
import { parse } from 'csv-parse/sync'
import fc from 'fast-check'
import { splitRecord } from '../../../src/shared/csv.ts'

test('a record without quotes has the fields that the CSV parser gives it', () => {
  const text = fc.string({
    unit: fc.constantFrom(',', ' ', '\t', '\r', '=', '#', '\ufeff', 'a', 'ü', '\u2028'),
  })
  const options = { relax_column_count: true, skip_empty_lines: true, record_delimiter: '\n' }
  fc.assert(
    fc.property(text, (record) => {
      expect(splitRecord(record)).toEqual((parse(record, options) as string[][])[0] ?? [])
    }),
  )
})

test('a record of quoted fields, and one that a line ends', () => {
  expect(splitRecord('a,"b,c ""d""\ne"')).toEqual(['a', 'b,c "d"\ne'])
  expect(splitRecord('a\n')).toEqual(['a'])
  expect(splitRecord('')).toEqual([])
  expect(() => splitRecord('a\nb')).toThrow('a line ends outside of quotes')
})
