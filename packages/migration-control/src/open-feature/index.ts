export {
  openFeatureSource,
  type FlagClient,
  type FlagContext,
  type FlagDetails,
  type OpenFeatureSourceOptions,
} from '../sources/open-feature-source.js';
