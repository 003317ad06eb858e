export default definePageConfig({ navigationBarTitleText: '怎么导入' });
