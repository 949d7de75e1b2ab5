// Test files run in jest's own processes, where Node loads them and strips their types (dev/testing/native): to load all
// packages anew for each file took a third of its time. `tsc` checks the types.
export default {
  testEnvironment: '<rootDir>/dev/testing/native/environment.mjs',
  testRunner: '<rootDir>/dev/testing/native/framework.mjs',
  transform: {},
  modulePathIgnorePatterns: ['<rootDir>/.local', '<rootDir>/lib', '<rootDir>/dist'],
  // Where nothing else of a machine is: `/tmp` keeps nothing of this project.
  cacheDirectory: '<rootDir>/.local/jest',
  // A test waits for a condition; this ends one whose condition never comes, on a machine as busy as it may be.
  testTimeout: 60_000,
  testMatch: ['<rootDir>/__tests__/**/*.test.ts'],
}
