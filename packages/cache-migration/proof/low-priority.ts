import { constants, setPriority } from 'node:os';

// The schedules take whole cores for minutes and lean on no clock: what measures times beside them goes first.
setPriority(constants.priority.PRIORITY_LOW);
