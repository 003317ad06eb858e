export default definePageConfig({ navigationBarTitleText: '选择线索' });
