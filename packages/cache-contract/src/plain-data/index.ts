export { numberName, numberNamed } from './number-names.js';
export { plainDataToJson } from './plain-json.js';
export { plainDataFromText, plainDataToText } from './plain-text.js';
