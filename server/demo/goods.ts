import type { EquipmentDraft } from '#shared/equipment/contract.ts';
import type { ProductDraft } from '#shared/products/contract.ts';
import type { Coordinates } from '#shared/values/position.ts';

/** What the demo company sells, by category. */
export const CATALOGUE: readonly {
  readonly categoryName: string;
  readonly categoryCode: string;
  readonly products: readonly Omit<ProductDraft, 'categoryId'>[];
}[] = [
  {
    categoryName: '客控主机',
    categoryCode: 'RCU',
    products: [
      {
        productCode: 'RCU-200',
        productName: '客房控制主机 RCU-200',
        brand: '跟进智控',
        salePrice: 1280,
        costPrice: 760,
        unit: '台',
        warrantyMonths: 24,
        description: '标准间用，12 路继电器，支持空调、灯光、窗帘联动',
      },
      {
        productCode: 'RCU-400',
        productName: '客房控制主机 RCU-400',
        brand: '跟进智控',
        salePrice: 2180,
        costPrice: 1320,
        unit: '台',
        warrantyMonths: 24,
        description: '套房用，24 路继电器，带调光',
      },
      {
        productCode: 'GW-20',
        productName: '楼层网关 GW-20',
        brand: '跟进智控',
        salePrice: 1680,
        costPrice: 980,
        unit: '台',
        warrantyMonths: 24,
      },
      {
        productCode: 'PSU-24',
        productName: '导轨电源 24V',
        brand: '明纬',
        salePrice: 165,
        costPrice: 108,
        unit: '个',
        warrantyMonths: 12,
      },
    ],
  },
  {
    categoryName: '面板与温控',
    categoryCode: 'PANEL',
    products: [
      {
        productCode: 'TH-10',
        productName: '温控面板 TH-10',
        brand: '跟进智控',
        salePrice: 298,
        costPrice: 165,
        unit: '个',
        warrantyMonths: 24,
      },
      {
        productCode: 'SW-04',
        productName: '四键场景面板',
        brand: '跟进智控',
        salePrice: 186,
        costPrice: 96,
        unit: '个',
        warrantyMonths: 24,
      },
      {
        productCode: 'DB-02',
        productName: '门显与门铃面板',
        brand: '跟进智控',
        salePrice: 220,
        costPrice: 118,
        unit: '个',
        warrantyMonths: 24,
      },
      {
        productCode: 'KC-01',
        productName: '插卡取电开关',
        brand: '跟进智控',
        salePrice: 98,
        costPrice: 46.5,
        unit: '个',
        warrantyMonths: 12,
      },
    ],
  },
  {
    categoryName: '传感与配件',
    categoryCode: 'PART',
    products: [
      {
        productCode: 'PIR-03',
        productName: '人体感应器',
        salePrice: 128,
        costPrice: 62,
        unit: '个',
        warrantyMonths: 12,
      },
      {
        productCode: 'CM-485',
        productName: '通讯模块 RS-485',
        salePrice: 145,
        costPrice: 70,
        unit: '个',
        warrantyMonths: 12,
      },
      {
        productCode: 'CT-M1',
        productName: '窗帘电机',
        brand: '杜亚',
        salePrice: 520,
        costPrice: 338,
        unit: '台',
        warrantyMonths: 24,
      },
      {
        productCode: 'RCU-100',
        productName: '客房控制主机 RCU-100（旧款）',
        brand: '跟进智控',
        salePrice: 980,
        costPrice: 690,
        unit: '台',
        status: 'inactive',
      },
    ],
  },
];

/** Where customers are, so that a check-in has something to be far from. */
export const SITES: Readonly<Record<string, Coordinates>> = {
  广州云麓国际酒店: { latitude: 23.1328, longitude: 113.3263 },
  岭东酒店管理集团: { latitude: 22.5406, longitude: 114.0571 },
  桂林遇见山水民宿: { latitude: 25.2736, longitude: 110.2951 },
};

interface Unit extends Omit<EquipmentDraft, 'customerId' | 'productId' | 'shippedOn' | 'installedOn'> {
  readonly productCode: string;
  /** In days before the demo begins; its shipment was a week earlier. */
  readonly installedDaysAgo: number | null;
}

/** Units at customers: under warranty, out of it, and not installed yet. */
export const UNITS: Readonly<Record<string, readonly Unit[]>> = {
  广州云麓国际酒店: [
    {
      productCode: 'RCU-400',
      equipmentName: '总统套房客控主机',
      serialNo: 'R4-2410-0007',
      model: 'RCU-400',
      location: '28 楼 2801',
      installedDaysAgo: 300,
      warrantyMonths: 24,
    },
    {
      productCode: 'RCU-200',
      equipmentName: '1806 房客控主机',
      serialNo: 'R2-2410-0112',
      model: 'RCU-200',
      location: '18 楼 1806',
      installedDaysAgo: 300,
      warrantyMonths: 24,
    },
    {
      productCode: 'RCU-200',
      equipmentName: '1808 房客控主机',
      serialNo: 'R2-2410-0113',
      model: 'RCU-200',
      location: '18 楼 1808',
      installedDaysAgo: 300,
      warrantyMonths: 24,
    },
    {
      productCode: 'GW-20',
      equipmentName: '18 楼网关',
      serialNo: 'GW-2410-0018',
      model: 'GW-20',
      location: '18 楼弱电间',
      installedDaysAgo: 300,
      warrantyMonths: 24,
    },
    {
      productCode: 'GW-20',
      equipmentName: '12 楼网关',
      serialNo: 'GW-2210-0012',
      model: 'GW-20',
      location: '12 楼弱电间',
      installedDaysAgo: 1_100,
      warrantyMonths: 24,
    },
    {
      productCode: 'TH-10',
      equipmentName: '1806 房温控面板',
      serialNo: 'TH-2410-0341',
      model: 'TH-10',
      location: '18 楼 1806',
      installedDaysAgo: 300,
      warrantyMonths: 24,
    },
    {
      productCode: 'CT-M1',
      equipmentName: '2801 房窗帘电机',
      serialNo: 'CT-2410-0007',
      model: 'CT-M1',
      location: '28 楼 2801',
      installedDaysAgo: 300,
      warrantyMonths: 24,
    },
  ],
  岭东酒店管理集团: [
    {
      productCode: 'RCU-200',
      equipmentName: '福田店样板间客控主机',
      serialNo: 'R2-2509-0001',
      model: 'RCU-200',
      location: '福田店 6 楼 608',
      installedDaysAgo: 60,
      warrantyMonths: 24,
    },
    {
      productCode: 'TH-10',
      equipmentName: '福田店样板间温控面板',
      serialNo: 'TH-2509-0001',
      model: 'TH-10',
      location: '福田店 6 楼 608',
      installedDaysAgo: 60,
      warrantyMonths: 24,
    },
    {
      productCode: 'GW-20',
      equipmentName: '福田店 6 楼网关',
      serialNo: 'GW-2509-0001',
      model: 'GW-20',
      location: '福田店 6 楼弱电间',
      installedDaysAgo: 60,
      warrantyMonths: 24,
    },
    {
      productCode: 'RCU-200',
      equipmentName: '宝安店样板间客控主机',
      serialNo: 'R2-2511-0020',
      model: 'RCU-200',
      location: '宝安店，待安装',
      installedDaysAgo: null,
      warrantyMonths: 24,
    },
  ],
  桂林遇见山水民宿: [
    {
      productCode: 'RCU-200',
      equipmentName: '云间房客控主机',
      serialNo: 'R2-2308-0051',
      model: 'RCU-200',
      location: '2 楼云间',
      installedDaysAgo: 820,
      warrantyMonths: 24,
    },
    {
      productCode: 'KC-01',
      equipmentName: '云间房取电开关',
      serialNo: 'KC-2308-0051',
      model: 'KC-01',
      location: '2 楼云间',
      installedDaysAgo: 820,
      warrantyMonths: 12,
    },
    {
      productCode: 'RCU-200',
      equipmentName: '见山房客控主机',
      serialNo: 'R2-2308-0052',
      model: 'RCU-200',
      location: '3 楼见山',
      installedDaysAgo: 820,
      warrantyMonths: 24,
    },
    {
      productCode: 'DB-02',
      equipmentName: '见山房门显',
      serialNo: 'DB-2308-0052',
      model: 'DB-02',
      location: '3 楼见山',
      installedDaysAgo: 820,
      warrantyMonths: 24,
    },
  ],
};
