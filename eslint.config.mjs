import { rules } from '@resync/tooling-eslint';

export default rules;
