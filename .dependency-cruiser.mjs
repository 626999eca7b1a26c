import { arrows } from '@resync/tooling-arrows';

export default arrows;
