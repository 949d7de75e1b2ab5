import type { AggregatedResult, Reporter, Test, TestCaseResult, TestResult } from '@jest/reporters'
import type { Failure } from './failures.ts'

/** What became of a test file. */
export interface FileReport {
  readonly type: 'file'
  /** Absolute path. */
  readonly file: string
  readonly passed: number
  readonly failed: number
  readonly skipped: number
  readonly seconds: number
  /** What a person reads of its failures; empty if there are none. */
  readonly failure: string
  /** The same, each for itself. */
  readonly failures: readonly Failure[]
}

/** What became of one test of a file that still runs. */
export interface TestReport {
  readonly type: 'test'
  /** Absolute path of its file. */
  readonly file: string
  readonly passed: boolean
}

/** The last message of a run of jest that came to its end. */
export interface EndReport {
  readonly type: 'end'
}

export type Report = FileReport | TestReport | EndReport

/** A reporter for jest that sends each test's and each file's result to the process that has started jest. */
export default class SendingReporter
  implements Pick<Reporter, 'onTestCaseResult' | 'onTestResult' | 'onRunComplete'>
{
  onTestCaseResult(test: Test, { status }: TestCaseResult): void {
    send({ type: 'test', file: test.path, passed: status !== 'failed' })
  }

  onTestResult(test: Test, result: TestResult): void {
    // A file that cannot even be loaded has no test of its own to count.
    const broken = result.testExecError !== undefined && result.numFailingTests === 0
    send({
      type: 'file',
      file: test.path,
      passed: result.numPassingTests,
      failed: result.numFailingTests + (broken ? 1 : 0),
      skipped: result.numPendingTests + result.numTodoTests,
      seconds: (result.perfStats.end - result.perfStats.start) / 1000,
      failure: result.failureMessage ?? '',
      failures: failuresOf(test.path, result),
    })
  }

  onRunComplete(_contexts: unknown, _results: AggregatedResult): void {
    send({ type: 'end' })
  }
}

function failuresOf(file: string, { testResults, testExecError, failureMessage }: TestResult): Failure[] {
  const failures = testResults
    .filter(({ status }) => status === 'failed')
    .map(({ ancestorTitles, title, failureMessages: [message = ''] }) => ({
      file,
      test: [...ancestorTitles, title].join(' › '),
      message,
    }))
  if (testExecError === undefined || failures.length > 0) return failures
  return [{ file, test: '', message: testExecError.stack || failureMessage || testExecError.message }]
}

function send(report: Report): void {
  process.send?.(report)
}
