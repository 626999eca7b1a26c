import { describeOutages } from './outages.js';

describeOutages('without tiers');
