import { describeOutages } from './outages.js';

describeOutages('with tiers');
