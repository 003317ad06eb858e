export default definePageConfig({ navigationBarTitleText: '分配组' });
