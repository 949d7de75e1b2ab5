// Tests run as native ES modules (`--experimental-vm-modules`, set by dev/test.ts), because the
// toolkit's packages are ES modules only; swc strips the types, `tsc` checks them.
export default {
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '\\.ts$': ['@swc/jest', { jsc: { target: 'es2024', parser: { syntax: 'typescript' } } }] },
  modulePathIgnorePatterns: ['<rootDir>/.local', '<rootDir>/lib', '<rootDir>/dist'],
  testMatch: ['<rootDir>/__tests__/**/*.test.ts'],
}
