select cast(date_trunc('month', ordered_at) as date) as month, sum(amount) as amount from {{ ref('stg_orders') }} group by 1
