export default definePageConfig({ navigationBarTitleText: '超期提醒' });
