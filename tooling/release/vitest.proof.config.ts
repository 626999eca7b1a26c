import { testConfig } from '@resync/tooling-vitest';

export default testConfig({ folder: 'proof' });
