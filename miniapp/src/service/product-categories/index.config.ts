export default definePageConfig({ navigationBarTitleText: '产品分类' });
