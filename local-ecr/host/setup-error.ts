/**
 * This machine, or the given options, do not allow to start a local ECR. The message says why and what to do; a stack
 * trace adds nothing to it.
 */
export class SetupError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'SetupError'
  }
}
