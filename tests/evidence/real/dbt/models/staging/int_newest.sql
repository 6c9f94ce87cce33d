{{ config(materialized='ephemeral') }}
select customer_id, email from {{ ref('stg_customers') }} where created_at > current_date - interval 30 day
