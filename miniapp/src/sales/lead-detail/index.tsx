import { useQuery } from '@tanstack/react-query';
import { Button, Text, View } from '@tarojs/components';

export default function LeadDetailPage() {
  const ready = useQuery({ queryKey: ['ready', 'sales/lead-detail'], queryFn: async () => '已就绪' });
  return (
    <View>
      <Text>线索详情</Text>
      <Text>{ready.data ?? '正在加载'}</Text>
      <Button onClick={() => void ready.refetch()}>刷新</Button>
    </View>
  );
}
