import { ActionError } from '../../shared/errors.ts'

/** A build failed when its image had been pushed: the registry has it under the build's reference. */
export class FailedAfterPush extends ActionError {
  override readonly name = 'FailedAfterPush'
  /** Of the image. */
  readonly digest: string

  /**
   * @param failure what a person reads of the failure itself
   * @param reference what docker pushed the image as
   */
  constructor(failure: ActionError, reference: string, digest: string) {
    super(
      `${failure.message}\n  The image itself was pushed before that: the registry has ${digest} as ${reference}.`,
      failure.remedy,
      { cause: failure.cause, location: failure.location, output: failure.output },
    )
    this.digest = digest
  }
}
