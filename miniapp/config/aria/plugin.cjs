// Taro's mini-program templates know no aria attributes and drop them. The template and the runtime number the
// attributes of a component by the same list, so both have to learn them.
const path = require('node:path');

module.exports = (ctx) => {
  ctx.registerMethod({
    name: 'onSetupClose',
    fn(platform) {
      if (platform.platform !== 'weapp') return;
      platform.template.mergeComponents(ctx, require('./components.json'));
      platform.runtimePath = [platform.runtimePath, path.join(__dirname, 'runtime.js')].flat();
    },
  });
};
