// Minimum engines: iOS 12 (WeChat runs scripts in JavaScriptCore there) and the V8 of Android XWeb.
module.exports = {
  presets: [
    ['taro', { framework: 'react', ts: true, compiler: 'webpack5', targets: { ios: '12', chrome: '70' } }],
  ],
};
