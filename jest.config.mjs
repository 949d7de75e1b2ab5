// Tests run as native ES modules (`--experimental-vm-modules`, set by dev/test.ts), because the
// toolkit's packages are ES modules only; swc strips the types, `tsc` checks them.
export default {
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '\\.ts$': ['@swc/jest', { jsc: { target: 'es2024', parser: { syntax: 'typescript' } } }] },
  modulePathIgnorePatterns: ['<rootDir>/.local', '<rootDir>/lib', '<rootDir>/dist'],
  // Where nothing else of a machine is: `/tmp` keeps nothing of this project.
  cacheDirectory: '<rootDir>/.local/jest',
  // A test waits for a condition; this ends one whose condition never comes, on a machine as busy as it may be.
  testTimeout: 60_000,
  setupFiles: ['<rootDir>/__tests__/support/listeners.ts'],
  testMatch: ['<rootDir>/__tests__/**/*.test.ts'],
}
