export default definePageConfig({ navigationBarTitleText: '公海与分配' });
